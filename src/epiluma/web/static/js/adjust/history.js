// Undo and redo. Steps of one kind that follow each other, like presses of one arrow key, are one step.
const MOST_STEPS = 100;

export function history(first) {
  let past = [];
  let future = [];
  let now = { state: first, kind: null };

  return {
    state: () => now.state,
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    push(state, kind = null) {
      if (same(state, now.state)) return;
      if (kind === null || kind !== now.kind) past = [...past, now].slice(-MOST_STEPS);
      now = { state, kind };
      future = [];
    },
    undo() {
      if (past.length === 0) return;
      future = [now, ...future];
      now = { ...past.at(-1), kind: null };
      past = past.slice(0, -1);
    },
    redo() {
      if (future.length === 0) return;
      past = [...past, now];
      now = { ...future[0], kind: null };
      future = future.slice(1);
    },
  };
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}
