// A page that comes back from the browser's own cache may show an old basket or a sent form: load it anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});
