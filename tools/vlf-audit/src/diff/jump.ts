/** When a change is so large that somebody should look. */

/** A change of licenses is a jump when it is both of these. Ours: the guide knows no such thing. */
export interface JumpLimits {
  /** Of the licenses before, in percent. */
  readonly percent: number;
  readonly licenses: number;
}

export const JUMP: JumpLimits = { percent: 20, licenses: 10 };
