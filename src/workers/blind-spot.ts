/** Whether every end of a worker can be told apart here. Uses what `SpawnPort` says of itself. */
import type { Finding } from '../finding.ts';
import type { SpawnPort } from '../host/ports.ts';

/** One finding where deaths by a real-time signal look like success; none where they do not. */
export function blindSpotFindings(spawner: Pick<SpawnPort, 'blindSpot'>): Finding[] {
  const reason = spawner.blindSpot?.();
  return reason === undefined ? [] : [blindSpot(reason)];
}

function blindSpot(reason: string): Finding {
  return {
    code: 'BLIND_SPOT',
    severity: 'info',
    message: `The death of a worker by a real-time signal counts as status 0: ${reason}`,
    hint: 'with `--exec`, and with the single-file executable, its status is right',
  };
}
