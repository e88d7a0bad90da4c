"""How staff come in: sign-in, second factor, devices and sessions, forgotten passwords."""
