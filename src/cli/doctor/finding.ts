/** What a check has found; `todo` = what to do about it, null when it is as it should be. */
export interface Finding {
  check: string;
  status: 'ok' | 'warning' | 'broken';
  what: string;
  todo: string | null;
}

/** It is as it should be. */
export const fine = (check: string, what: string): Finding => ({ check, status: 'ok', what, todo: null });
/** Something works less well, or for some only. */
export const warning = (check: string, what: string, todo: string): Finding => ({
  check,
  status: 'warning',
  what,
  todo,
});
/** Something does not work. */
export const broken = (check: string, what: string, todo: string): Finding => ({ check, status: 'broken', what, todo });
