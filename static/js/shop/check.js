// The private check: answers are read where they are, and go nowhere. Nothing is stored; leaving the page clears them.
const check = document.querySelector("[data-check]");
if (check) {
  const answer = check.querySelector("[data-check-answer]");
  const choices = [...check.querySelectorAll("input")];
  const count = check.querySelectorAll("fieldset").length;
  const say = () => {
    const given = choices.filter((one) => one.checked).map((one) => one.value);
    const asks = given.includes("yes");
    answer.hidden = given.length === 0;
    answer.classList.toggle("check__answer--ask", asks);
    answer.textContent = asks ? answer.dataset.ask
      : given.length === count ? answer.dataset.fine
      : answer.dataset.open.replace("{n}", given.length);
  };
  const clear = () => {
    for (const one of choices) one.checked = false;
    say();
  };
  check.addEventListener("change", say);
  window.addEventListener("pagehide", clear);
  window.addEventListener("pageshow", clear);
}
