// Comfort only: while a crawl is under way the page looks again, as often as the crawl writes, and never in a storm:
// one question at a time, none while nobody looks, rarer while nothing answers, none once the crawl has ended.
(() => {
  const { address, stamp, every } = document.currentScript.dataset;
  const least = Math.max(3, Number(every) || 0) * 1000;
  let seen = stamp;
  let pause = least;
  const wait = () => setTimeout(look, pause);
  const show = async () => {
    const answer = await fetch(location.href);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("live");
    // Who reads with a keyboard is not thrown out of what she reads.
    if (fresh && !document.getElementById("live").contains(document.activeElement)) document.getElementById("live").replaceWith(fresh);
  };
  const look = async () => {
    if (document.hidden) return document.addEventListener("visibilitychange", look, { once: true });
    try {
      const state = await (await fetch(address)).json();
      if (state.stamp !== seen) {
        await show();
        seen = state.stamp;
      }
      pause = least;
      if (!state.running) return show();
    } catch {
      pause = Math.min(pause * 2, 300000);
    }
    wait();
  };
  wait();
})();
