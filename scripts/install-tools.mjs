// Installs the packages of tools/NAME when they are missing or another version is locked by now.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The folder of the installed packages. Ends the process when npm fails, which has said why. */
export function installTools(name) {
  const folder = `${ROOT}tools/${name}`;
  const installed = `${folder}/node_modules/.package-lock.json`;
  if (!existsSync(installed) || versions(installed) !== versions(`${folder}/package-lock.json`)) {
    console.error(`installing what is below tools/${name} ...`);
    const words = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
    // Standard output belongs to what comes after.
    const { status } = spawnSync('npm', words, { stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status ?? 1);
  }
  return `${folder}/node_modules`;
}

/** Names and versions in a lock file, without what is for other platforms. */
function versions(file) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return JSON.stringify(
    Object.entries(packages).flatMap(([name, { version, optional }]) => (name && !optional ? [[name, version]] : [])),
  );
}
