// Pages work without this file. It saves as you write, counts without a reload, copies links and prints.
(() => {
  "use strict";

  // <button type="button" hidden data-copy="text"> shows itself, because without script it could do nothing.
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    });
  }

  // <button type="button" hidden data-print> prints the page it stands on.
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  // <form data-drop>: a file dropped anywhere on the page is handed in, and does not take the page’s place.
  const taking = document.querySelector("form[data-drop]");
  if (taking) {
    const carries = (event) => event.dataTransfer.types.includes("Files");
    addEventListener("dragover", (event) => { if (carries(event)) event.preventDefault(); });
    addEventListener("drop", (event) => {
      if (!carries(event)) return;
      event.preventDefault();
      taking.querySelector("[type=file]").files = event.dataTransfer.files;
      taking.requestSubmit();
    });
  }

  // − and + are submit buttons; here they change the number in place.
  for (const button of document.querySelectorAll("[data-step]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const input = button.parentElement.querySelector("input");
      input.value = Math.max(0, (parseInt(input.value, 10) || 0) + Number(button.dataset.step));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  // Alt with Page Up or Page Down leads to the lesson before or after; alone, no key is taken.
  addEventListener("keydown", (event) => {
    const way = { PageUp: "prev", PageDown: "next" }[event.key];
    if (event.altKey && way) document.querySelector(`[rel=${way}]`)?.click();
  });

  const { reader } = document.body.dataset;
  for (const form of document.querySelectorAll("form[data-autosave]")) autosave(form);
  sendLeft();
  addEventListener("online", sendLeft);
  const lesson = document.querySelector("[data-place]");
  if (lesson) read(lesson);

  // A lesson: the browser keeps it, and the server remembers the part that one has come to.
  function read(article) {
    navigator.serviceWorker?.register(article.dataset.worker);
    keepPage();
    const parts = [...article.querySelectorAll("h2[id]")];
    const links = new Map([...document.querySelectorAll(".inside a")].map((link) => [link.hash.slice(1), link]));
    let told = "";
    let timer = 0;
    const tell = () => {
      const above = parts.filter((part) => part.getBoundingClientRect().top < innerHeight * 0.4);
      const here = above.at(-1)?.id;
      for (const [id, link] of links) link.ariaCurrent = id === here ? "location" : null;
      clearTimeout(timer);
      if (!here || here === told) return;
      timer = setTimeout(async () => {
        const body = new URLSearchParams({ part: here, csrf_token: token() });
        try {
          if ((await fetch(article.dataset.place, { method: "POST", body, keepalive: true })).ok) told = here;
        } catch { /* it is told with the next part */ }
      }, 1500);
    };
    addEventListener("scroll", tell, { passive: true });
  }

  // The browser’s copy of this lesson is to be the newest: with what was just saved in it.
  function keepPage() {
    if (!lesson) return;
    const things = performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => name.includes("/static/"));
    navigator.serviceWorker?.ready.then((keeper) => keeper.active.postMessage({ keep: location.pathname, with: things }));
  }

  function token() {
    return document.querySelector("[name=csrf_token]")?.value ?? "";
  }

  // What this reader wrote on other pages without a connection goes off from whichever page is open once there is one.
  async function sendLeft() {
    if (!reader || !token() || !navigator.onLine) return;
    const here = new Set([...document.querySelectorAll("form[data-key]")].map((form) => `askwell:${form.dataset.key}`));
    for (const store of Object.keys(localStorage)) {
      if (!store.startsWith("askwell:") || here.has(store)) continue;
      const copy = new URLSearchParams(localStorage.getItem(store));
      const to = copy.get("sent_to");
      if (!to || copy.get("reader") !== reader) continue;
      copy.delete("sent_to");
      copy.delete("reader");
      copy.set("csrf_token", token());
      const answer = await fetch(to, { method: "POST", body: copy, headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) localStorage.removeItem(store);
    }
  }

  for (const form of document.querySelectorAll("form[data-codes]")) codes(form);

  // One key for a code, and only inside a turn, so that no key of a reader or a browser is taken.
  function codes(form) {
    const turns = [...form.querySelectorAll("[data-turn]")];
    const kinds = { o: "open", c: "closed", u: "unsure" };
    const open = (turn) => !turn.querySelector("[type=radio]:checked");

    form.addEventListener("keydown", (event) => {
      const turn = event.target.closest("[data-turn]");
      if (!turn || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in kinds) press(turn.querySelector(`[value=${kinds[event.key]}]`), true);
      else if (event.key === "a") press(turn.querySelector("[type=checkbox]"));
      else if (event.key === "n") turns.slice(turns.indexOf(turn) + 1).concat(turns).find(open)?.querySelector("input").focus();
      else return;
      event.preventDefault();
    });

    function press(box, focus) {
      box.checked = focus || !box.checked;
      if (focus) box.focus();
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function autosave(form) {
    const status = document.getElementById(form.dataset.status);
    const store = `askwell:${form.dataset.key}`;
    const typed = "typed" in form.dataset; // a form that judges: the server gives back what was typed before
    const anew = typed ? form.dataset.typed.split(" ") : []; // and never what is vouched for
    const version = typed ? null : form.elements.namedItem("version");
    let timer = 0;
    let saving = null;

    const say = (words) => { if (status.textContent !== words) status.textContent = words; };
    const read = () => {
      const data = new URLSearchParams(new FormData(form));
      for (const secret of form.querySelectorAll("[type=password]")) data.delete(secret.name);
      for (const name of anew) data.delete(name);
      return data;
    };

    // What is not saved yet also lies on this device, without the token, until the server has it.
    function keep() {
      const copy = read();
      copy.delete("csrf_token");
      if (reader) copy.set("reader", reader);
      copy.set("sent_to", form.dataset.autosave);
      localStorage.setItem(store, copy);
    }

    const save = () => (saving ??= send().finally(() => { saving = null; }));

    async function send() {
      clearTimeout(timer);
      timer = 0;
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST", body: read(), keepalive: document.hidden, headers: { Accept: "application/json" },
        });
        const told = await answer.json().catch(() => ({}));
        if (!answer.ok) return say(told.message ?? "Kept on this device only. Sign in again to save it");
        if (version && told.version) version.value = told.version;
        for (const [id, words] of Object.entries(told.shown ?? {})) document.getElementById(id)?.replaceChildren(words);
        if (!timer) localStorage.removeItem(store);
        keepPage();
        say(`Saved ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
      } catch {
        const waiting = Object.keys(localStorage).filter((each) => each.startsWith("askwell:")).length;
        say(`Kept on this device. We send it when you are back online${waiting > 1 ? ` (${waiting} things wait)` : ""}`);
      }
    }

    // A copy left by a lost connection goes back into its form. If the draft has moved on since, both can be seen.
    function restore() {
      const left = localStorage.getItem(store);
      if ("shown" in form.dataset) return;
      if (!left) return typed && giveBack();
      const copy = new URLSearchParams(left);
      if (document.querySelector("[data-copy-of]")) {
        // The page itself is a copy of some time ago: what was written after it is newer.
        fill(copy);
        if (version) version.value = copy.get("version");
        return save();
      }
      if (version && copy.get("version") !== version.value) return offer(copy);
      fill(copy);
      save();
    }

    // The copy stays here until what comes of the two is saved.
    function offer(copy) {
      const both = document.createElement("button");
      Object.assign(both, { type: "button", className: "btn alt", textContent: "Show both" });
      both.addEventListener("click", () => {
        fill(copy);
        version.value = copy.get("version");
        form.requestSubmit(document.querySelector(`button[form="${form.id}"][name=save]`));
      });
      say("This is the newer draft. What you wrote without a connection is kept on this device");
      status.closest("p").after(both);
    }

    async function giveBack() {
      const answer = await fetch(form.dataset.autosave, { headers: { Accept: "application/json" } }).catch(() => null);
      const { fields, saved_at: at } = answer?.ok ? await answer.json() : {};
      if (timer || saving) return;
      if (!fields) return say("What you type is kept for you alone until you send it");
      fill(new URLSearchParams(fields));
      const when = new Date(at).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
      say(`This is as you left it on ${when}`);
    }

    function fill(copy) {
      for (const field of form.elements) {
        if (!field.name || /hidden|password|submit/.test(field.type)) continue;
        if (/radio|checkbox/.test(field.type)) field.checked = copy.getAll(field.name).includes(field.value);
        else if (copy.has(field.name)) field.value = copy.get(field.name);
        if (field.value && field.matches("textarea")) field.closest("details")?.setAttribute("open", "");
      }
    }

    form.addEventListener("input", () => {
      keep();
      timer ||= setTimeout(save, 8000);
    });
    // Sending the form waits for the last save, or it would carry a version that is no longer the newest.
    form.addEventListener("submit", async (event) => {
      if (!timer && !saving) return;
      event.preventDefault();
      await save();
      form.requestSubmit(event.submitter);
    });
    // Enter in a field or on a choice saves and stays, as it does without script.
    form.addEventListener("keydown", (event) => {
      if (typed || event.key !== "Enter" || !event.target.matches("input")) return;
      event.preventDefault();
      keep();
      save();
    });
    document.addEventListener("visibilitychange", () => { if (timer && document.hidden) save(); });
    addEventListener("online", () => { if (localStorage.getItem(store)) save(); });
    restore();
  }
})();
