/** One part of the set-up: `needed` is quick and changes nothing; `run` does the work or throws a SetupError. */
export interface Step {
  needed(): boolean;
  run(): void;
}
