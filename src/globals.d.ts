/** Version of package.json, put in by the build. */
declare const __ONEPROCPOOL_VERSION__: string;
/** Name of the C library with which the executable is linked, put in by its build. */
declare const __ONEPROCPOOL_C_LIBRARY__: string;

/** All bundled presets, cut down to what planning needs. Put in by the build from `presets/*.json`. */
declare module 'oneprocpool:preset-controls' {
  export const presets: readonly import('./presets/preset.ts').PresetControls[];
}

/** All bundled presets, whole. Put in by the build from `presets/*.json`. */
declare module 'oneprocpool:presets' {
  export const presets: readonly import('./presets/preset.ts').LibraryPreset[];
}

/** Parts of the exported sh files, put in by the build as text. */
declare module '*.sh' {
  const text: string;
  export default text;
}
