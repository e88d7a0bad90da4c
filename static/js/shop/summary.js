// An error summary takes the focus, so that it is read first.
const summary = document.querySelector(".notice--error[tabindex]");
if (summary) summary.focus();
