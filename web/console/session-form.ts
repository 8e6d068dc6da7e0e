import { byId } from './element.ts';
import { currentToken, forgetToken, keepToken } from './session.ts';

/** Where one signs in and out, and sees as whom. */
export interface SessionForm {
  /** Shows whose token it is; null while that is not known. */
  showName(name: string | null): void;
  /** Opens it, for somebody who has to sign in. */
  open(): void;
}

/**
 * Brings the form for the token of this tab to life.
 *
 * @param changed told after another token was taken, or none is left.
 */
export function sessionForm(changed: () => void): SessionForm {
  const details = byId('session', HTMLDetailsElement);
  const field = byId('token', HTMLInputElement);
  const name = byId('signed-in', HTMLElement);
  const signOut = byId('sign-out', HTMLButtonElement);

  function showName(shown: string | null): void {
    name.textContent = shown ?? (currentToken() === null ? 'Sign in' : 'Signed in');
    signOut.hidden = currentToken() === null;
  }

  function change(): void {
    field.value = '';
    details.open = false;
    showName(null);
    changed();
  }

  details.querySelector('form')?.addEventListener('submit', (event) => {
    event.preventDefault();
    // The field itself says that it is empty.
    if (!keepToken(field.value)) return field.reportValidity();
    return change();
  });
  signOut.addEventListener('click', () => {
    forgetToken();
    location.hash = '';
    change();
  });
  showName(null);
  return {
    showName,
    open() {
      details.open = true;
    },
  };
}
