
// Before the first paint: mark that scripts run, and take the theme the reader chose last time.
(() => {
  const root = document.documentElement;
  root.classList.add('js');
  try {
    const theme = localStorage.getItem('assize-theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch { /* Storage may be closed to local files; the theme then follows the system. */ }
})();
