//! The process heap, private heaps, `LocalAlloc` and `GlobalAlloc`: all over `malloc`.
//!
//! A block is exactly what `malloc` returned, so that valgrind and LeakSanitizer see each one, with
//! a [`Trailer`] in the last bytes that `malloc` gave it.  A private heap knows its blocks and
//! frees them when it is destroyed.  Pages (`VirtualAlloc`) are in [`super::virtual_memory`].
#![allow(unsafe_code)]

use crate::last_error;
use core::ffi::c_void;
use core::ptr::null_mut;
use lapwing_abi::{
    BOOL, ERROR_INVALID_HANDLE, ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, FALSE,
    GMEM_ZEROINIT, HANDLE, HEAP_REALLOC_IN_PLACE_ONLY, HEAP_ZERO_MEMORY, HGLOBAL, HLOCAL,
    LMEM_ZEROINIT, TRUE,
};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

/// What stands at the end of every block.
#[repr(C)]
#[derive(Clone, Copy)]
struct Trailer {
    /// The size that the program asked for.
    size: usize,
    /// The heap's handle, mixed with the block's address and size: tells our blocks from others',
    /// and those that the program wrote beyond from sound ones.
    seal: usize,
}

const TRAILER: usize = size_of::<Trailer>();

/// Its address is the process heap's handle.
static PROCESS_HEAP: u64 = 0;

/// The private heaps by handle.
static PRIVATE_HEAPS: RwLock<Option<HashMap<usize, Arc<PrivateHeap>>>> = RwLock::new(None);

/// A heap that `HeapCreate` made; its handle is its address.
struct PrivateHeap {
    /// The most bytes it may hold; 0: no limit.
    maximum: usize,
    /// Flags given at creation that every call takes over.
    flags: u32,
    blocks: Mutex<Blocks>,
}

#[derive(Default)]
struct Blocks {
    addresses: HashSet<usize>,
    bytes: usize,
}

/// A heap that a call was made for.
enum Heap {
    Process,
    Private(Arc<PrivateHeap>),
}

impl Heap {
    /// The heap of a handle, or `None` when there is no such heap.
    fn of(handle: HANDLE) -> Option<Heap> {
        if handle == process_heap() {
            return Some(Heap::Process);
        }
        let heaps = PRIVATE_HEAPS.read().unwrap_or_else(PoisonError::into_inner);
        let heap = heaps.as_ref()?.get(&handle.addr())?;
        Some(Heap::Private(heap.clone()))
    }

    fn handle(&self) -> usize {
        match self {
            Heap::Process => process_heap().addr(),
            Heap::Private(heap) => Arc::as_ptr(heap).addr(),
        }
    }

    fn flags(&self) -> u32 {
        match self {
            Heap::Process => 0,
            Heap::Private(heap) => heap.flags,
        }
    }

    /// The block at `address` if it is this heap's.
    fn find(&self, address: *mut c_void) -> Option<Block> {
        if address.is_null() || !address.addr().is_multiple_of(align_of::<usize>()) {
            return None;
        }
        if let Heap::Private(heap) = self
            && !heap.blocks().addresses.contains(&address.addr())
        {
            return None;
        }
        let block = Block { address, heap: self.handle() };
        // SAFETY: the program's promise that the pointer came from one of our heaps.
        unsafe { block.trailer_is_sound() }.then_some(block)
    }

    fn allocate(&self, size: usize, zero: bool) -> *mut c_void {
        let Some(whole) = size.checked_add(TRAILER).filter(|&whole| whole < isize::MAX as usize)
        else {
            return null_mut();
        };
        if !self.admit(0, size) {
            return null_mut();
        }
        // SAFETY: malloc and calloc take any size.
        let address = unsafe { if zero { libc::calloc(1, whole) } else { libc::malloc(whole) } };
        if address.is_null() {
            self.account(size, 0);
            return null_mut();
        }
        let block = Block { address, heap: self.handle() };
        // SAFETY: the block was just made, with room for the trailer.
        unsafe { block.seal(size) };
        if let Heap::Private(heap) = self {
            heap.blocks().addresses.insert(address.addr());
        }
        address
    }

    fn reallocate(&self, block: Block, size: usize, flags: u32) -> *mut c_void {
        let Some(whole) = size.checked_add(TRAILER).filter(|&whole| whole < isize::MAX as usize)
        else {
            return null_mut();
        };
        // SAFETY: `find` made the block; nobody else may use it during the call.
        unsafe {
            let before = block.size();
            if !self.admit(before, size) {
                return null_mut();
            }
            let mut address = block.address;
            if whole > block.usable() {
                if flags & HEAP_REALLOC_IN_PLACE_ONLY == 0 {
                    address = libc::realloc(address, whole);
                } else {
                    address = null_mut();
                }
            }
            if address.is_null() {
                self.account(size, before);
                return null_mut();
            }
            let moved = Block { address, heap: block.heap };
            moved.seal(size);
            if flags & HEAP_ZERO_MEMORY != 0 && size > before {
                address.cast::<u8>().add(before).write_bytes(0, size - before);
            }
            if let Heap::Private(heap) = self {
                let mut blocks = heap.blocks();
                blocks.addresses.remove(&block.address.addr());
                blocks.addresses.insert(address.addr());
            }
            address
        }
    }

    fn free(&self, block: Block) {
        // SAFETY: `find` made the block, and the program gives it up.
        unsafe {
            self.account(block.size(), 0);
            if let Heap::Private(heap) = self {
                heap.blocks().addresses.remove(&block.address.addr());
            }
            block.unseal();
            libc::free(block.address);
        }
    }

    /// Replaces `before` bytes by `after` in a limited heap's account, if the limit allows.
    fn admit(&self, before: usize, after: usize) -> bool {
        let Heap::Private(heap) = self else { return true };
        let mut blocks = heap.blocks();
        let bytes = blocks.bytes.saturating_sub(before).saturating_add(after);
        if heap.maximum != 0 && bytes > heap.maximum {
            return false;
        }
        blocks.bytes = bytes;
        true
    }

    /// As [`Heap::admit`] when the heap shrinks or takes something back.
    fn account(&self, before: usize, after: usize) {
        if let Heap::Private(heap) = self {
            let mut blocks = heap.blocks();
            blocks.bytes = blocks.bytes.saturating_sub(before).saturating_add(after);
        }
    }
}

impl PrivateHeap {
    fn blocks(&self) -> MutexGuard<'_, Blocks> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PrivateHeap {
    fn drop(&mut self) {
        for &address in &self.blocks().addresses {
            // SAFETY: the heap owns the blocks that it knows, and it ends here.
            unsafe { libc::free(core::ptr::with_exposed_provenance_mut(address)) };
        }
    }
}

/// A block of memory of one of our heaps.
#[derive(Clone, Copy)]
struct Block {
    address: *mut c_void,
    heap: usize,
}

impl Block {
    fn seal_of(&self, size: usize) -> usize {
        self.heap ^ self.address.addr() ^ size.rotate_left(usize::BITS / 2)
    }

    /// How many bytes `malloc` really gave.
    ///
    /// # Safety
    /// The block must be allocated.
    unsafe fn usable(&self) -> usize {
        // SAFETY: allocated by `malloc`, the caller says.
        unsafe { libc::malloc_usable_size(self.address) }
    }

    /// # Safety
    /// The block must be allocated.
    unsafe fn trailer(&self) -> *mut Trailer {
        // SAFETY: every block of ours has at least the trailer's size; a foreign block of `malloc`
        // has 24 usable bytes at least.
        unsafe { self.address.byte_add(self.usable() - TRAILER).cast() }
    }

    /// # Safety
    /// The block must come from `malloc`.
    unsafe fn trailer_is_sound(&self) -> bool {
        // SAFETY: the trailer lies in the block.
        unsafe {
            let usable = self.usable();
            if usable < TRAILER {
                return false;
            }
            let trailer = self.trailer().read_unaligned();
            trailer.size <= usable - TRAILER && trailer.seal == self.seal_of(trailer.size)
        }
    }

    /// # Safety
    /// The block must be one of ours.
    unsafe fn size(&self) -> usize {
        // SAFETY: the trailer lies in the block.
        unsafe { self.trailer().read_unaligned() }.size
    }

    /// # Safety
    /// The block must be allocated, with room for `size` bytes and the trailer.
    unsafe fn seal(&self, size: usize) {
        self.address.expose_provenance();
        let trailer = Trailer { size, seal: self.seal_of(size) };
        // SAFETY: the trailer lies in the block.
        unsafe { self.trailer().write_unaligned(trailer) };
    }

    /// # Safety
    /// The block must be one of ours.
    unsafe fn unseal(&self) {
        // SAFETY: the trailer lies in the block.
        unsafe { self.trailer().write_unaligned(Trailer { size: 0, seal: 0 }) };
    }
}

fn process_heap() -> HANDLE {
    (&raw const PROCESS_HEAP).cast_mut().cast()
}

/// The handle of the process's heap.  It never fails and need not be closed.
#[unsafe(no_mangle)]
pub extern "system" fn GetProcessHeap() -> HANDLE {
    process_heap()
}

/// Makes a private heap that grows as needed, or holds `maximum_size` bytes at most when that is
/// not 0.  The heap and what is still in it are freed by [`HeapDestroy`].
///
/// Missing: `HEAP_GENERATE_EXCEPTIONS` (calls return NULL) and `HEAP_CREATE_ENABLE_EXECUTE` (the
/// memory is not executable).
#[unsafe(no_mangle)]
pub extern "system" fn HeapCreate(
    options: u32,
    initial_size: usize,
    maximum_size: usize,
) -> HANDLE {
    if maximum_size != 0 && initial_size > maximum_size {
        last_error::set(ERROR_INVALID_PARAMETER);
        return null_mut();
    }
    let heap = Arc::new(PrivateHeap {
        maximum: maximum_size,
        flags: options & HEAP_ZERO_MEMORY,
        blocks: Mutex::default(),
    });
    let handle: HANDLE = Arc::as_ptr(&heap).cast_mut().cast();
    let mut heaps = PRIVATE_HEAPS.write().unwrap_or_else(PoisonError::into_inner);
    heaps.get_or_insert_default().insert(handle.addr(), heap);
    handle
}

/// Frees a private heap with everything in it.
///
/// Fails with `ERROR_INVALID_HANDLE` for anything that is not a private heap.
#[unsafe(no_mangle)]
pub extern "system" fn HeapDestroy(heap: HANDLE) -> BOOL {
    let mut heaps = PRIVATE_HEAPS.write().unwrap_or_else(PoisonError::into_inner);
    let found = heaps.as_mut().and_then(|heaps| heaps.remove(&heap.addr()));
    if heaps.as_ref().is_some_and(HashMap::is_empty) {
        *heaps = None;
    }
    drop(heaps);
    match found {
        Some(_) => TRUE,
        None => fail(ERROR_INVALID_HANDLE, FALSE),
    }
}

/// Allocates `size` bytes, aligned to 16; zeroed with `HEAP_ZERO_MEMORY`.
///
/// NULL and `ERROR_NOT_ENOUGH_MEMORY`, or `ERROR_INVALID_HANDLE` when there is no such heap.
#[unsafe(no_mangle)]
pub extern "system" fn HeapAlloc(heap: HANDLE, flags: u32, size: usize) -> *mut c_void {
    let Some(heap) = Heap::of(heap) else { return fail(ERROR_INVALID_HANDLE, null_mut()) };
    let zero = (flags | heap.flags()) & HEAP_ZERO_MEMORY != 0;
    let address = heap.allocate(size, zero);
    if address.is_null() { fail(ERROR_NOT_ENOUGH_MEMORY, address) } else { address }
}

/// Changes a block's size; it moves unless `HEAP_REALLOC_IN_PLACE_ONLY` forbids it.
///
/// On failure the block stays as it is: `ERROR_NOT_ENOUGH_MEMORY`, `ERROR_INVALID_HANDLE` without
/// such a heap, `ERROR_INVALID_PARAMETER` without such a block.
///
/// # Safety
/// `memory` must be NULL or a block that no other thread uses during the call.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HeapReAlloc(
    heap: HANDLE,
    flags: u32,
    memory: *const c_void,
    size: usize,
) -> *mut c_void {
    let Some(heap) = Heap::of(heap) else { return fail(ERROR_INVALID_HANDLE, null_mut()) };
    let Some(block) = heap.find(memory.cast_mut()) else {
        return fail(ERROR_INVALID_PARAMETER, null_mut());
    };
    let address = heap.reallocate(block, size, flags | heap.flags());
    if address.is_null() { fail(ERROR_NOT_ENOUGH_MEMORY, address) } else { address }
}

/// Frees a block; NULL is no block and freeing it succeeds.
///
/// `ERROR_INVALID_HANDLE` without such a heap, `ERROR_INVALID_PARAMETER` without such a block.
///
/// # Safety
/// `memory` must be NULL or a block that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HeapFree(heap: HANDLE, _flags: u32, memory: *const c_void) -> BOOL {
    let Some(heap) = Heap::of(heap) else { return fail(ERROR_INVALID_HANDLE, FALSE) };
    if memory.is_null() {
        return TRUE;
    }
    match heap.find(memory.cast_mut()) {
        Some(block) => {
            heap.free(block);
            TRUE
        }
        None => fail(ERROR_INVALID_PARAMETER, FALSE),
    }
}

/// The size that was asked for when the block was allocated; `(SIZE_T)-1` on failure, with the
/// codes of [`HeapFree`].
///
/// # Safety
/// `memory` must be a block of this heap.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn HeapSize(heap: HANDLE, _flags: u32, memory: *const c_void) -> usize {
    let Some(heap) = Heap::of(heap) else { return fail(ERROR_INVALID_HANDLE, usize::MAX) };
    match heap.find(memory.cast_mut()) {
        // SAFETY: `find` made it.
        Some(block) => unsafe { block.size() },
        None => fail(ERROR_INVALID_PARAMETER, usize::MAX),
    }
}

/// Allocates from the process heap; zeroed with `LMEM_ZEROINIT`.  The handle is the address, also
/// with `LMEM_MOVEABLE`.  [`LocalFree`] frees it.
#[unsafe(no_mangle)]
pub extern "system" fn LocalAlloc(flags: u32, size: usize) -> HLOCAL {
    let zero = if flags & LMEM_ZEROINIT != 0 { HEAP_ZERO_MEMORY } else { 0 };
    HeapAlloc(process_heap(), zero, size)
}

/// Frees a block of [`LocalAlloc`] or of `FormatMessage`.  NULL on success, otherwise the argument,
/// with `ERROR_INVALID_HANDLE`.
///
/// # Safety
/// `memory` must be NULL or a block that nobody uses any more.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn LocalFree(memory: HLOCAL) -> HLOCAL {
    // SAFETY: the caller's promise.
    if unsafe { HeapFree(process_heap(), 0, memory) } != FALSE {
        return null_mut();
    }
    fail(ERROR_INVALID_HANDLE, memory)
}

/// As [`LocalAlloc`], with `GMEM_ZEROINIT`; [`GlobalFree`] frees it.
#[unsafe(no_mangle)]
pub extern "system" fn GlobalAlloc(flags: u32, size: usize) -> HGLOBAL {
    const _: () = assert!(GMEM_ZEROINIT == LMEM_ZEROINIT);
    LocalAlloc(flags, size)
}

/// As [`LocalFree`].
///
/// # Safety
/// As for [`LocalFree`].
#[unsafe(no_mangle)]
pub unsafe extern "system" fn GlobalFree(memory: HGLOBAL) -> HGLOBAL {
    // SAFETY: the caller's promise.
    unsafe { LocalFree(memory) }
}

fn fail<T>(code: u32, result: T) -> T {
    last_error::set(code);
    result
}

#[cfg(test)]
#[path = "heap_tests.rs"]
mod tests;
