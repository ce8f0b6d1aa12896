/** What the bench tells the process of the bare limits when it starts. */
export interface BareOrder {
  databaseUrl: string;
  sessionSecret: string;
  /** Pages that are rendered once by the application, and then from memory under `/<name>`. */
  pages: { name: string; path: string; cookie: string }[];
}

/** Its answer. */
export interface BareReady {
  origin: string;
}

/** What a session of the bare limits holds: all that the handlers need to know of the person. */
export interface BareSession {
  userId: string;
  officeId: string;
  roundId: string;
}
