import CZip
import Foundation

/// Writes a ZIP file out of files that lie on the disk. What is in memory is a buffer: parts are packed one after the other when the
/// file is closed. The same parts in the same order give the same bytes.
package final class ZipWriter {
    /// The disk is full, or a part cannot be read.
    package struct Failed: Error, Equatable {
        package let code: Int32
    }

    private let handle: OpaquePointer
    private var isClosed = false
    /// 1 January 1980, the first day that the format knows: when a part was written says nothing about it.
    private static let noDay: UInt16 = 33
    private static let plainFile: UInt32 = 0o100644 << 16

    /// - Parameter path: where the file is written; what is there is overwritten.
    package init(path: String) throws {
        var code: Int32 = 0
        guard let handle = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code) else { throw Failed(code: code) }
        self.handle = handle
    }

    deinit { if !isClosed { zip_discard(handle) } }

    /// - Parameters:
    ///   - path: of the file that becomes a part; it must be there until `close`.
    ///   - name: with `/` between folders.
    package func add(_ path: String, as name: String) throws {
        guard let source = zip_source_file(handle, path, 0, 0) else { throw failure }
        let index = zip_file_add(handle, name, source, UInt32(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            throw failure
        }
        let part = UInt64(index)
        guard zip_set_file_compression(handle, part, ZIP_CM_DEFLATE, 6) == 0,
            zip_file_set_dostime(handle, part, 0, Self.noDay, 0) == 0,
            zip_file_set_external_attributes(handle, part, 0, UInt8(ZIP_OPSYS_UNIX), Self.plainFile) == 0
        else { throw failure }
    }

    /// Writes the file; without it there is none.
    package func close() throws {
        guard zip_close(handle) == 0 else { throw failure }
        isClosed = true
    }

    private var failure: Failed { Failed(code: zip_error_code_zip(zip_get_error(handle))) }
}
