// Loads the comments of a post when their button is pressed, and keeps them in the colours of the page.
// Their provider's script waits in a <template>: a browser runs it, and asks for it, only once it stands in the page.
(d => {
  const root = d.documentElement, section = d.querySelector(".comments"), button = section.querySelector("button");
  const script = section.querySelector("template").content.querySelector("script").cloneNode();
  const origin = new URL(script.src).origin, giscus = origin.includes("giscus");
  const theme = () => section.dataset[root.dataset.theme] || section.dataset.auto;
  let shown, ready;

  const follow = () => {
    if (!ready || theme() === shown) return;
    shown = theme();
    section.querySelector("iframe")?.contentWindow.postMessage(
      giscus ? { giscus: { setConfig: { theme: shown } } } : { type: "set-theme", theme: shown }, origin);
  };
  new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
  addEventListener("message", event => { // the first word from the frame says that it listens
    if (event.origin === origin) { ready = true; follow(); }
  });

  button.onclick = () => {
    shown = theme();
    script.setAttribute(giscus ? "data-theme" : "theme", shown);
    script.onerror = () => script.replaceWith(button);
    button.replaceWith(script);
    section.tabIndex = -1;
    section.focus({ preventScroll: true });
  };
  button.hidden = false;
})(document);
