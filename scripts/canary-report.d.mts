export declare const canaryReport: (folder: string, whole: boolean) => { ok: boolean; lines: string[] };
