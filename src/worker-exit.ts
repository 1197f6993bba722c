/**
 * How a process that we started has ended. Apart from the ports, because run reports hold it and the declarations
 * of the library must not need those of Node.js. Pure.
 */
export type WorkerExit =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'signaled'; readonly signal: string; readonly signalNumber: number }
  | {
      readonly kind: 'not-started';
      readonly reason: 'not-found' | 'not-executable' | 'failed';
      readonly message: string;
    };
