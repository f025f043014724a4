import CZip

/// A ZIP file, in memory or on the disk (APPNOTE 6.3, as ECMA-376 part 2 narrows it for office files), unpacked piece by piece.
///
/// Sizes that the file states are never believed: bytes are counted as they come out.
package final class ZipArchive {
    package struct Limits: Sendable {
        var entries = 2000
        /// Bytes that one part may have unpacked.
        var partBytes = 100 * 1024 * 1024
        /// Bytes that all parts together may state: what claims to be larger is believed.
        var statedBytes: UInt64 = 200 * 1024 * 1024
        /// How many times larger than packed a part may be, once it is over `ratioFrom` bytes: real sheets of one repeated
        /// word reach 150, deflate itself ends at 1,032.
        var ratio = 300
        var ratioFrom = 4 * 1024 * 1024

        /// For files that this program makes itself, as long as they may be. Deflate ends at a ratio of 1,032.
        package static let ownFile = Limits(
            entries: 100_000, partBytes: 16 << 30, statedBytes: 256 << 30, ratio: 1100, ratioFrom: 4 * 1024 * 1024)
    }

    package struct Entry {
        let index: UInt64
        package let name: String
        /// Bytes in the file.
        let packed: Int
    }

    package let entries: [Entry]
    private let limits: Limits
    private let handle: OpaquePointer
    /// Nil for a file on the disk.
    private let memory: UnsafeMutableRawBufferPointer?
    private let places: [String: Int]
    private static let piece = 64 * 1024

    /// - Throws: `DocumentFault.broken`, `.encrypted` or `.unpacksTooLarge`.
    init(_ bytes: [UInt8], limits: Limits = Limits()) throws(DocumentFault) {
        // Anything in front of the first part would make it another format as well.
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { throw .broken }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        memory.copyBytes(from: bytes)
        var entries: [Entry] = []
        guard let source = zip_source_buffer_create(memory.baseAddress, UInt64(bytes.count), 0, nil) else {
            memory.deallocate()
            throw .broken
        }
        guard let handle = zip_open_from_source(source, ZIP_RDONLY, nil) else {
            zip_source_free(source)
            memory.deallocate()
            throw .broken
        }
        do throws(DocumentFault) {
            entries = try Self.list(handle, limits)
        } catch {
            zip_discard(handle)
            memory.deallocate()
            throw error
        }
        self.entries = entries
        self.limits = limits
        self.handle = handle
        self.memory = memory
        places = Self.places(entries)
    }

    /// - Throws: `DocumentFault.broken`, `.encrypted` or `.unpacksTooLarge`.
    package init(path: String, limits: Limits) throws(DocumentFault) {
        var code: Int32 = 0
        guard let handle = zip_open(path, ZIP_RDONLY, &code) else { throw .broken }
        do throws(DocumentFault) {
            entries = try Self.list(handle, limits)
        } catch {
            zip_discard(handle)
            throw error
        }
        self.limits = limits
        self.handle = handle
        memory = nil
        places = Self.places(entries)
    }

    private static func places(_ entries: [Entry]) -> [String: Int] {
        Dictionary(
            entries.enumerated().map { ($1.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
    }

    deinit {
        zip_discard(handle)
        memory?.deallocate()
    }

    private static func list(_ handle: OpaquePointer, _ limits: Limits) throws(DocumentFault) -> [Entry] {
        let count = zip_get_num_entries(handle, 0)
        guard count > 0 else { throw .broken }
        guard count <= limits.entries else { throw .unpacksTooLarge }
        var stated: UInt64 = 0
        var names: Set<String> = []
        var entries: [Entry] = []
        for index in 0..<UInt64(count) {
            var stat = zip_stat_t()
            guard zip_stat_index(handle, index, 0, &stat) == 0, let name = stat.name else { throw .broken }
            if stat.encryption_method != UInt16(ZIP_EM_NONE) { throw .encrypted }
            // As the sizes are strangers' numbers, their sum may not fit either.
            let (sum, isOver) = stated.addingReportingOverflow(stat.size)
            guard !isOver, sum <= limits.statedBytes else { throw .unpacksTooLarge }
            stated = sum
            // Two parts of one name: programs would differ in which they show.
            let entry = Entry(index: index, name: String(cString: name), packed: Int(clamping: stat.comp_size))
            guard names.insert(entry.name.lowercased()).inserted else { throw .broken }
            entries.append(entry)
        }
        return entries
    }

    /// The part of that name; names differ in case from program to program (ECMA-376 part 2, 9.1.1.3).
    package subscript(name: String) -> Entry? { places[name.lowercased()].map { entries[$0] } }

    /// Hands over the part in pieces of at most 64 KiB. - Throws: `DocumentFault`, or what `take` throws.
    package func unpack(_ entry: Entry, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard let file = zip_fopen_index(handle, entry.index, 0) else { throw DocumentFault.broken }
        defer { zip_fclose(file) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.piece, alignment: 16)
        defer { buffer.deallocate() }
        guard let start = buffer.baseAddress else { return }
        var total = 0
        while true {
            let count = Int(zip_fread(file, start, UInt64(Self.piece)))
            // Also a checksum that does not fit.
            guard count >= 0 else { throw DocumentFault.broken }
            if count == 0 { return }
            total += count
            let isSwollen = total > limits.ratioFrom && total / max(1, entry.packed) > limits.ratio
            guard total <= limits.partBytes, !isSwollen else { throw DocumentFault.unpacksTooLarge }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    /// Unpacks everything to nowhere: whether what it holds is whole, and no bomb.
    func check() throws {
        var total = 0
        for entry in entries {
            try unpack(entry) { piece in
                total += piece.count
                if total > limits.partBytes { throw DocumentFault.unpacksTooLarge }
            }
        }
    }
}
