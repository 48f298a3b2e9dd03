//! The state of judging one document.
use super::library::Library;
use super::value::Value;
use bumpalo::Bump;

/// Steps that one evaluation may take unless the caller says otherwise: some 100 ms.
pub const DEFAULT_FUEL: u64 = 2_000_000;

/// Evaluates programs over one document: the values of the roots, the variables evaluated so far, and the fuel.
///
/// `'d` is the life of the arena, in which all results live, and of the library. Cheap to make: one per document.
pub struct Context<'d> {
    pub(super) arena: &'d Bump,
    pub(super) library: &'d Library,
    pub(super) roots: Vec<Value<'d>>,
    pub(super) fuel_limit: u64,
}

impl<'d> Context<'d> {
    /// A context with the roots' values in the order of [`Scope::new`](super::Scope::new); a missing one is null.
    pub fn new(library: &'d Library, arena: &'d Bump, roots: &[Value<'d>]) -> Self {
        Context { arena, library, roots: roots.to_vec(), fuel_limit: DEFAULT_FUEL }
    }

    /// Gives a root another value. Variables evaluated before keep their value, so only a root that no shared variable reads may change
    /// between two programs: `params`, which differs per control.
    pub fn set_root(&mut self, slot: usize, value: Value<'d>) {
        if let Some(root) = self.roots.get_mut(slot) {
            *root = value;
        }
    }

    /// Steps that each evaluation may take from now on; a variable counts for the evaluation that first needs it.
    pub fn set_fuel(&mut self, steps: u64) {
        self.fuel_limit = steps;
    }

    /// The arena in which this context's values live.
    pub fn arena(&self) -> &'d Bump {
        self.arena
    }
}
