// Passkeys: passes the server's question to the device and the device's answer back. Without script they cannot work.
(() => {
  "use strict";

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

  function question(options) {
    const asked = { ...options, challenge: bytes(options.challenge) };
    if (options.user) asked.user = { ...options.user, id: bytes(options.user.id) };
    if (options.excludeCredentials) asked.excludeCredentials = known(options.excludeCredentials);
    if (options.allowCredentials) asked.allowCredentials = known(options.allowCredentials);
    return asked;
  }

  function answer(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  async function ask(form, asked = form) {
    const status = form.querySelector("[role=status]");
    status.textContent = "Your device asks you now. Follow what it says.";
    try {
      const publicKey = question(JSON.parse(asked.dataset.options));
      const credential = await navigator.credentials[asked.dataset.passkey]({ publicKey });
      form.elements.namedItem("credential").value = answer(credential);
      form.submit();
    } catch (error) {
      status.textContent = error.name === "InvalidStateError"
        ? "This device already has a passkey here. Use another device."
        : "Your device did not answer, or you stopped it. Nothing has changed.";
    }
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
    ask(form);
  }

  // <button type="button" hidden data-passkey="get" data-options="…"> in a form that can also be sent without.
  for (const button of document.querySelectorAll("button[data-passkey]")) {
    button.hidden = false;
    button.addEventListener("click", () => ask(button.form, button));
  }
})();
