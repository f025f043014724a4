/// A file that somebody sent, looked at and found good: what it is, and the bytes to keep.
///
/// Pictures lose what they say about who took them, when and where, and whatever was hidden behind their end. From PDF, DOCX and
/// XLSX nothing is removed: they may name their author, so only those see them who may read the message.
package struct ReceivedFile: Sendable, Equatable {
    package let kind: FileKind
    package let bytes: [UInt8]
    /// The length of a recording in seconds; nil for anything else.
    package let seconds: Double?

    package enum Refused: Error, Sendable, Equatable {
        /// None of the kinds that are taken here.
        case unknownKind
        /// DOC, XLS, or a file locked with a password: the old container of Office hides which.
        case oldOffice
        /// A recording longer than `longestRecording`.
        case tooLong
        case document(DocumentFault)
    }

    /// Three minutes, and ten seconds for a button that was pressed late.
    package static let longestRecording = 190.0

    /// Takes time with the size of the file, and more where an office file swells: not for the threads that serve pages.
    /// - Parameter wanted: the kinds that are taken.
    package init(_ bytes: [UInt8], as wanted: Set<FileKind>) throws(Refused) {
        do {
            self = try Self.examined(bytes, wanted)
        } catch let refused as Refused {
            throw refused
        } catch let fault as DocumentFault {
            throw .document(fault)
        } catch {
            throw .document(.broken)
        }
    }

    private init(_ kind: FileKind, _ bytes: [UInt8], seconds: Double? = nil) {
        (self.kind, self.bytes, self.seconds) = (kind, bytes, seconds)
    }

    private static func examined(_ bytes: [UInt8], _ wanted: Set<FileKind>) throws -> ReceivedFile {
        if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]), wanted.contains(.docx) || wanted.contains(.xlsx) {
            throw Refused.oldOffice
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]), wanted.contains(.docx) || wanted.contains(.xlsx) {
            guard let kind = try OfficeFile.kind(of: bytes), wanted.contains(kind) else { throw Refused.unknownKind }
            return ReceivedFile(kind, bytes)
        }
        guard let kind = FileKind(beginningOf: bytes), wanted.contains(kind) else { throw Refused.unknownKind }
        switch kind {
        case .jpeg: return ReceivedFile(kind, try PlainPicture.jpeg(bytes))
        case .png: return ReceivedFile(kind, try PlainPicture.png(bytes))
        case _ where FileKind.recordings.contains(kind):
            guard let seconds = try Recording.seconds(of: bytes, as: kind) else { throw Refused.unknownKind }
            guard seconds <= longestRecording else { throw Refused.tooLong }
            return ReceivedFile(kind, bytes, seconds: seconds)
        default: return ReceivedFile(kind, bytes)
        }
    }
}
