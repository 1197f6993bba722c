// The search class inside cosmiconfig 9, whose own declaration is empty. Why it is used: see config-search.ts.
declare module 'cosmiconfig/dist/Explorer.js' {
  export class Explorer {
    constructor(options: {
      moduleName: string;
      searchPlaces: readonly string[];
      loaders: Readonly<Record<string, (path: string, text: string) => unknown>>;
      transform: <Result>(result: Result) => Result;
      searchStrategy: 'none' | 'project' | 'global';
      cache: boolean;
      ignoreEmptySearchPlaces: boolean;
      mergeImportArrays: boolean;
      mergeSearchPlaces: boolean;
      metaConfigFilePath: null;
    });
    search(directory: string): Promise<{ readonly filepath: string; readonly config: unknown } | null>;
  }
  const exported: { readonly Explorer: typeof Explorer } | undefined;
  export default exported;
}
