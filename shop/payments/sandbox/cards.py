"""The test cards of the sandbox, and what becomes of a payment with each; any other number is refused."""

TEST_CARDS = {
    "4242424242424242": "paid",
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000002500003155": "3ds",
    "4000000000003220": "3ds",
}
