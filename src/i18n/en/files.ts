export const files = {
  problem: {
    tooLarge:
      '“{{file}}” is larger than {{limit}} MB. Nothing was sent: make the file smaller or leave it out.',
    empty: '“{{file}}” is empty. Nothing was sent: choose the right file.',
    tooMany: 'At most {{limit}} files can be sent at once. Nothing was sent: send them in several goes.',
    storageFull:
      '“{{file}}” could not be stored: the system has no space left. Nothing was sent; please tell the KPI office and try again later.',
  },
  state: {
    waiting: 'Being checked for viruses',
    infected: 'Contains a virus and cannot be opened',
    damaged: 'The file cannot be opened',
  },
  unavailable: {
    title: {
      waiting: 'The file is still being checked for viruses',
      infected: 'The file contains a virus',
      missing: 'The file is gone',
      altered: 'The file is damaged',
    },
    text: {
      waiting: '“{{file}}” can be opened as soon as the check is done. Try again in some minutes.',
      infected: '“{{file}}” is given to nobody. Ask the sender for a clean file.',
      missing:
        '“{{file}}” is no longer in the store. Ask the sender to attach it again, and tell the KPI office.',
      altered:
        '“{{file}}” is no longer what was sent, so it is not given out. Ask the sender to attach it again, and tell the KPI office.',
    },
  },
};
