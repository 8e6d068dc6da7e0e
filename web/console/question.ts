import { element } from './element.ts';
import { ACCESS, addressOf, TARGET_TYPES, targetOf } from './place.ts';

/** A form that asks why a user has an access, and leads to the answer. */
export function questionForm(user: string): HTMLElement {
  const access = element(
    'select',
    { 'aria-label': 'Access' },
    ...ACCESS.map((one) => element('option', {}, one)),
  );
  access.value = 'READ';
  const type = element(
    'select',
    { 'aria-label': 'Type of target' },
    ...TARGET_TYPES.map((one) => element('option', {}, one)),
  );
  type.value = 'SECRET_NAME';
  const id = element('input', {
    'aria-label': 'Id of the target',
    placeholder: 'id',
    required: true,
    spellcheck: 'false',
  });
  const form = element(
    'form',
    { class: 'question' },
    element('h2', {}, 'Why can she?'),
    element('div', {}, access, type, id, element('button', {}, 'Explain')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const target = targetOf(type.value, id.value.trim());
    const asked = ACCESS.find((one) => one === access.value);
    if (target && asked) location.hash = addressOf({ kind: 'why', user, target, access: asked });
  });
  return form;
}
