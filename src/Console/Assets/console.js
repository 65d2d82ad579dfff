'use strict';

// Pages work without this. It keeps them fresh, and saves steps at the keyboard.
(() => {
  const pause = 2000;
  const state = document.getElementById('live-state');

  const busy = region =>
    region.contains(document.activeElement) && document.activeElement.matches('input, textarea, select') ||
    region.querySelector('details[open], input:checked') !== null ||
    (window.getSelection().type === 'Range' && region.contains(window.getSelection().anchorNode));

  // Puts what is new into the regions that say they are live, and touches nothing else.
  const refresh = async () => {
    const regions = [...document.querySelectorAll('[data-live]')];
    if (!regions.some(region => region.dataset.live !== 'also')) return;
    const answer = await fetch(location.href, { headers: { 'X-Live': '1' }, credentials: 'same-origin', redirect: 'error', signal: AbortSignal.timeout(10000) });
    if (answer.status === 401) {
      location.reload();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const region of regions) {
      const next = fresh.getElementById(region.id);
      if (next && next.innerHTML !== region.innerHTML && !busy(region)) {
        const path = pathTo(region, document.activeElement);
        region.innerHTML = next.innerHTML;
        if (path) elementAt(region, path)?.focus({ preventScroll: true });
      }
    }
  };

  // The focus stays where it was, also where its row was written anew.
  const pathTo = (region, element) => {
    if (!region.contains(element) || element === region) return null;
    const path = [];
    for (let at = element; at !== region; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
    return path;
  };
  const elementAt = (region, path) => path.reduce((at, index) => at?.children[index], region);

  const loop = async () => {
    if (!document.hidden) {
      try {
        await refresh();
        if (state) state.hidden = true;
      } catch {
        if (state) state.hidden = false;
      }
    }
    setTimeout(loop, pause);
  };
  setTimeout(loop, pause);

  // What was revealed goes when its minute is over.
  const shown = document.querySelector('[data-hide-after]');
  if (shown) setTimeout(() => location.reload(), Number(shown.dataset.hideAfter) + 200);

  document.addEventListener('keydown', e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const typing = e.target.matches('input, textarea, select');
    if (e.key === '/' && !typing) {
      const search = document.getElementById('search');
      if (search) {
        e.preventDefault();
        search.focus();
        search.select();
      }
    } else if (e.key === 'Escape') {
      const open = e.target.closest('details[open]');
      if (open) {
        open.open = false;
        open.querySelector('summary').focus();
      } else if (typing) e.target.blur();
    } else if ((e.key === 'ArrowDown' || e.key === 'ArrowUp') && !typing) {
      const row = e.target.closest('tbody tr');
      const next = e.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
      const link = next?.querySelector('a');
      if (link) {
        e.preventDefault();
        link.focus();
      }
    }
  });

  document.addEventListener('change', e => {
    if (!e.target.matches('[data-all]')) return;
    for (const box of e.target.form.querySelectorAll('input[type=checkbox][name]')) box.checked = e.target.checked;
  });

  // A form that was sent is not sent twice.
  document.addEventListener('submit', e => {
    setTimeout(() => e.target.querySelectorAll('button').forEach(b => { b.disabled = true; }), 0);
  });
})();
