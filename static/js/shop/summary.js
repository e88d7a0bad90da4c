// An error summary, or a message of what went wrong, takes the focus, so that it is read first.
const summary = document.querySelector(".notice--error[tabindex], .notice[autofocus], .messages[autofocus]");
if (summary) summary.focus();
