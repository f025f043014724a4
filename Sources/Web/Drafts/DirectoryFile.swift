import Documents
import Participation

/// A directory's file as far as it was read, and where it waits.
struct DirectoryFile: Sendable {
    let upload: SheetUpload
    let table: DirectoryTable
    /// What is chosen for its columns.
    let choices: [ColumnChoice]
    /// Its rows under these choices; nil when something is wrong.
    let sheet: DirectorySheet?
    /// The document that the table stands in.
    let document: DocumentContent?
}

/// What came of reading a file.
enum FileReading: Sendable {
    case read(DirectoryFile, DirectoryFaults?)
    /// Not even what its columns are can be told.
    case unreadable(DirectoryFaults?)
    /// The worker is still reading it.
    case waiting(SheetUpload)

    var file: DirectoryFile? { if case .read(let file, _) = self { file } else { nil } }
    var faults: DirectoryFaults? {
        switch self {
        case .read(_, let faults), .unreadable(let faults): faults
        case .waiting: nil
        }
    }
    /// The upload that waits for the next press.
    var upload: SheetUpload? {
        switch self {
        case .read(let file, _): file.upload
        case .waiting(let upload): upload
        case .unreadable: nil
        }
    }
}
