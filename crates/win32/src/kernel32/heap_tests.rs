//! Heaps: sizes, limits, forged handles and blocks.

use super::*;

#[test]
fn sizes_are_exact_and_growth_is_zeroed() {
    let heap = GetProcessHeap();
    for size in [0_usize, 1, 7, 24, 25, 1000, 100_000] {
        let block = HeapAlloc(heap, HEAP_ZERO_MEMORY, size);
        assert!(!block.is_null() && block.addr().is_multiple_of(16));
        // SAFETY: the block is this test's alone.
        unsafe {
            assert_eq!(HeapSize(heap, 0, block), size);
            block.cast::<u8>().write_bytes(0xAA, size);
            let larger = HeapReAlloc(heap, HEAP_ZERO_MEMORY, block, size + 100).cast::<u8>();
            assert_eq!(HeapSize(heap, 0, larger.cast()), size + 100);
            for index in 0..size + 100 {
                let expected = if index < size { 0xAA } else { 0 };
                assert_eq!(larger.add(index).read(), expected, "byte {index} of {size}");
            }
            assert_eq!(HeapFree(heap, 0, larger.cast()), TRUE);
        }
    }
}

#[test]
fn in_place_shrinks_and_never_moves() {
    let heap = GetProcessHeap();
    let block = HeapAlloc(heap, 0, 1000);
    // SAFETY: the block is this test's alone.
    unsafe {
        assert_eq!(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 10), block);
        assert_eq!(HeapSize(heap, 0, block), 10);
        assert!(HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, block, 1 << 20).is_null());
        assert_eq!(last_error::get(), ERROR_NOT_ENOUGH_MEMORY);
        assert_eq!(HeapSize(heap, 0, block), 10);
        assert_eq!(HeapFree(heap, 0, block), TRUE);
    }
}

#[test]
fn a_destroyed_heap_takes_its_blocks_and_its_handle_along() {
    let heap = HeapCreate(0, 0, 0);
    for size in 0..100 {
        assert!(!HeapAlloc(heap, 0, size).is_null());
    }
    assert_eq!(HeapDestroy(heap), TRUE);
    assert_eq!((HeapDestroy(heap), last_error::get()), (FALSE, ERROR_INVALID_HANDLE));
    assert!(HeapAlloc(heap, 0, 1).is_null());
}

#[test]
fn a_limited_heap_refuses_what_exceeds_it() {
    let heap = HeapCreate(0, 0, 4096);
    let block = HeapAlloc(heap, 0, 4000);
    assert!(!block.is_null());
    assert!(HeapAlloc(heap, 0, 200).is_null());
    assert_eq!(last_error::get(), ERROR_NOT_ENOUGH_MEMORY);
    // SAFETY: the block is this test's alone.
    unsafe { assert_eq!(HeapFree(heap, 0, block), TRUE) };
    assert!(!HeapAlloc(heap, 0, 200).is_null());
    assert_eq!(HeapDestroy(heap), TRUE);
}

#[test]
fn forged_heaps_and_foreign_blocks_are_refused() {
    let forged: HANDLE = core::ptr::without_provenance_mut(0x1234);
    assert!(HeapAlloc(forged, 0, 1).is_null());
    assert_eq!(last_error::get(), ERROR_INVALID_HANDLE);
    assert_eq!((HeapDestroy(GetProcessHeap()), last_error::get()), (FALSE, ERROR_INVALID_HANDLE));
    let heap = HeapCreate(0, 0, 0);
    let block = HeapAlloc(heap, 0, 32);
    // SAFETY: the blocks are this test's alone.
    unsafe {
        assert_eq!(HeapFree(GetProcessHeap(), 0, block), FALSE);
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        assert_eq!(HeapSize(GetProcessHeap(), 0, block), usize::MAX);
        assert_eq!(HeapFree(heap, 0, block), TRUE);
        assert_eq!(HeapFree(heap, 0, block), FALSE);
        assert_eq!(HeapFree(heap, 0, core::ptr::null()), TRUE);
    }
    assert_eq!(HeapDestroy(heap), TRUE);
    assert!(HeapAlloc(GetProcessHeap(), 0, usize::MAX).is_null());
    assert_eq!(last_error::get(), ERROR_NOT_ENOUGH_MEMORY);
}

#[test]
fn local_and_global_blocks_are_blocks_of_the_process_heap() {
    let block = LocalAlloc(LMEM_ZEROINIT, 16);
    // SAFETY: the block is this test's alone.
    unsafe {
        assert_eq!(HeapSize(GetProcessHeap(), 0, block), 16);
        assert!(LocalFree(block).is_null());
        assert!(LocalFree(null_mut()).is_null());
        assert!(GlobalFree(GlobalAlloc(0, 8)).is_null());
    }
}

#[test]
fn a_block_that_was_written_beyond_is_not_freed() {
    let heap = GetProcessHeap();
    // The trailer follows at once: malloc gives such a block no slack.
    let block = HeapAlloc(heap, 0, 8).cast::<u8>();
    // SAFETY: the block is this test's alone, and its trailer within it.
    unsafe {
        let beyond = block.add(8);
        let kept = beyond.read();
        beyond.write(!kept);
        assert_eq!(HeapFree(heap, 0, block.cast()), FALSE);
        assert_eq!(last_error::get(), ERROR_INVALID_PARAMETER);
        beyond.write(kept);
        assert_eq!(HeapFree(heap, 0, block.cast()), TRUE);
    }
}
