import Foundation
import NIOPosix
import Synchronization

/// The content of a file in a form: small ones in memory, larger ones in a file under TMPDIR that has no name and goes with the
/// request, whatever ends it.
package final class UploadedFile: Sendable {
    /// The disk had no room, or took no more.
    package struct Failed: Error {
        package let code: Int32
    }

    static let longestInMemory = 256 * 1024
    /// What is kept of one: a byte above the largest limit of any kind of file, so that its limit can be told.
    static let longest = 10 * 1024 * 1024 + 1

    private struct State {
        /// What has not gone to disk.
        var pending: [UInt8] = []
        var descriptor: Int32?
        var written = 0
    }

    private let state = Mutex(State())

    init() {}

    package init(_ bytes: [UInt8]) { append(bytes[...]) }

    deinit { if let descriptor = state.withLock({ $0.descriptor }) { close(descriptor) } }

    /// Bytes.
    package var size: Int { state.withLock { $0.written + $0.pending.count } }
    var inMemory: Int { state.withLock { $0.pending.count } }

    func append(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            let room = Self.longest - state.written - state.pending.count
            state.pending.append(contentsOf: bytes.prefix(max(0, room)))
        }
    }

    /// Writes what is too much for memory to disk; the threads that serve pages do not wait for it. - Throws: `Failed`.
    func settle() async throws {
        guard state.withLock({ $0.pending.count > Self.longestInMemory }) else { return }
        try await NIOThreadPool.singleton.runIfActive { try self.write() }
    }

    private func write() throws {
        try state.withLock { state in
            let descriptor = try state.descriptor ?? Self.open()
            state.descriptor = descriptor
            try state.pending.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = pwrite(
                        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, off_t(state.written + done)
                    )
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw Failed(code: errno) }
                    done += count
                }
            }
            state.written += state.pending.count
            state.pending = []
        }
    }

    private static func open() throws -> Int32 {
        var template = Array("\(FileManager.default.temporaryDirectory.path)/minyi-upload-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Failed(code: errno) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    /// The whole content. Megabytes: for a thread that may wait.
    package func read() throws -> [UInt8] {
        try state.withLock { state in
            guard let descriptor = state.descriptor else { return state.pending }
            let written = state.written
            var bytes = try [UInt8](unsafeUninitializedCapacity: written + state.pending.count) { buffer, count in
                count = 0
                while count < written {
                    let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, written - count, off_t(count))
                    if got < 0, errno == EINTR { continue }
                    guard got > 0 else { throw Failed(code: errno) }
                    count += got
                }
            }
            bytes.append(contentsOf: state.pending)
            return bytes
        }
    }
}
