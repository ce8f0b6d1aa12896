/** A published revision of a framework, in force or replaced. */
export interface Revision {
  revision: number;
  /** The version under which `loadFramework` gives it. */
  version: number;
  /** When another one took its place; null: it is in force. */
  replacedAt: Date | null;
  /** The labels of the rounds that stand on it. */
  rounds: string[];
}
