const KEY = 'webstreamer.console.token';

/** The key or token of this tab: gone when it is closed. */
export const session = {
  get token(): string | undefined {
    return sessionStorage.getItem(KEY) ?? undefined;
  },
  set token(token: string | undefined) {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  },
};
