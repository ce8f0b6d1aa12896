import type { Framework, Pinned } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import type { NoticeKind } from '../../notifications/types.ts';

/** An office and a variable that something happened to. */
export interface NoticePlace {
  officeId: string;
  /** Short name. */
  office: string;
  variableId: string;
}

/** Something that happened in threads and that people are told of. */
export interface ThreadNotice {
  kind: Extract<NoticeKind, 'document' | 'comment' | 'decision' | 'permit'>;
  /** What the certifier did, of a decision. */
  event?: 'certify' | 'reject' | 'cancel';
  by: Pick<CurrentUser, 'id' | 'systemId' | 'name' | 'officeShortName'>;
  framework: Framework;
  round: { id: string; label: string };
  text: string;
  /** The items that were sent: of what was withdrawn meanwhile nobody is told. */
  items?: readonly string[];
  deadline?: Date | null;
  until?: Date | null;
  places: readonly NoticePlace[];
}

/** The same as it is stored until its receivers are found; moments in ISO. */
export interface NoticeData extends Pick<ThreadNotice, 'event' | 'round' | 'text' | 'items' | 'places'> {
  frameworkId: string;
  /** In which the variables are; missing in what was stored before. */
  frameworkVersion?: number;
  deadline?: string;
  until?: string;
}

/** A stored one, read together with its sender. */
export interface WaitingNotice extends Pick<ThreadNotice, 'kind' | 'by'> {
  at: Date;
  data: NoticeData;
  pinned: Pinned;
}
