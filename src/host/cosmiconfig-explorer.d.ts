// The search class inside cosmiconfig 9, whose own declaration is empty. Why it is used: see config-search.ts.
declare module 'cosmiconfig/dist/Explorer.js' {
  class Explorer {
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
  const exports: { readonly Explorer: typeof Explorer };
  export default exports;
}
