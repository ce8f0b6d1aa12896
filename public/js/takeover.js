/* นำการมอบหมายของปีก่อนมาใช้: the button says how many assignments the ticked pairs make, each once. */

const form = document.querySelector('.takeover-form');
const button = form?.querySelector('[data-count]');
if (button) {
  const boxes = [...form.querySelectorAll('input[name=pair]')];
  form.addEventListener('change', show);
  // a page brought back by the back button has other ticks than it was sent with
  window.addEventListener('pageshow', show);
  show();

  function show() {
    const made = boxes
      .filter(({ checked }) => checked)
      .flatMap(({ value, dataset }) =>
        dataset.people.split(' ').map((person) => `${person} ${value.split(':')[1]}`),
      );
    const count = new Set(made).size;
    button.textContent = button.dataset.count.replace('#', count);
    button.disabled = count === 0;
  }
}
