// Passkeys. <form data-webauthn="login|authenticate|create" data-options="id of a JSON script"> with an input named
// "credential" and a button [data-webauthn-start]; a login form fetches its options from its own action.
// An element [data-webauthn-error] in the form is shown when the browser or the person says no.
const fromBase64 = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const toBase64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const decodeIds = (list) => (list || []).map((item) => ({ ...item, id: fromBase64(item.id) }));

function decodeCreation(options) {
  const key = options.publicKey;
  return {
    publicKey: {
      ...key,
      challenge: fromBase64(key.challenge),
      user: { ...key.user, id: fromBase64(key.user.id) },
      excludeCredentials: decodeIds(key.excludeCredentials),
    },
  };
}

function decodeRequest(options) {
  const key = options.publicKey;
  return { publicKey: { ...key, challenge: fromBase64(key.challenge), allowCredentials: decodeIds(key.allowCredentials) } };
}

function encode(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toBase64(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toBase64(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

async function optionsOf(form) {
  const script = document.getElementById(form.dataset.options);
  if (script) return JSON.parse(script.textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`passkey options: ${response.status}`);
  return response.json();
}

function wishPasswordless(options, form) {
  const box = form.querySelector("[name=passwordless]");
  const selection = options.publicKey.authenticatorSelection;
  if (!box || !selection) return;
  selection.residentKey = box.checked ? "required" : "discouraged";
  selection.requireResidentKey = box.checked;
  if (box.checked) selection.userVerification = "required";
}

async function ask(form) {
  const given = await optionsOf(form);
  if (form.dataset.webauthn !== "create") return navigator.credentials.get(decodeRequest(given.request_options));
  wishPasswordless(given.creation_options, form);
  return navigator.credentials.create(decodeCreation(given.creation_options));
}

document.querySelectorAll("form[data-webauthn]").forEach((form) => {
  const button = form.querySelector("[data-webauthn-start]") || document.querySelector(`[data-webauthn-start][form="${form.id}"]`);
  if (!button || !window.PublicKeyCredential) return;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      form.elements.credential.value = encode(await ask(form));
      form.submit();
    } catch {
      const note = form.querySelector("[data-webauthn-error]");
      if (note) note.hidden = false;
    }
  });
});
