// Buttons for passkeys stand where a browser knows them; without JavaScript there are none, and codes do.
if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkeys]")) form.hidden = false;
}
