/** Plain JSON, the only thing that crosses a thread, a queue or the disk. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };
