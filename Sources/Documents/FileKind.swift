/// What a file really is, by its content: names and what browsers claim decide nothing. The raw value is the media type it is
/// kept and handed out with.
package enum FileKind: String, CaseIterable, Sendable {
    case pdf = "application/pdf"
    case jpeg = "image/jpeg"
    case png = "image/png"
    case docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    case xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    /// Never found by content: whoever takes tables reads them to know.
    case csv = "text/csv"
    case webm = "audio/webm"
    case ogg = "audio/ogg"
    case mp4 = "audio/mp4"
    case wav = "audio/wav"
    case mp3 = "audio/mpeg"
    case aac = "audio/aac"
    case amr = "audio/amr"

    /// What is scanned at a counter.
    package static let scans: Set<FileKind> = [.pdf, .jpeg, .png]
    /// What the public may add to what it writes.
    package static let documents: Set<FileKind> = [.pdf, .jpeg, .png, .docx, .xlsx]
    /// What browsers (WebM, MP4, Ogg) and the recorders of telephones, old ones included, make.
    package static let recordings: Set<FileKind> = [.webm, .ogg, .mp4, .wav, .mp3, .aac, .amr]

    /// The ending of a file's name.
    package var ending: String {
        switch self {
        case .pdf: "pdf"
        case .jpeg: "jpg"
        case .png: "png"
        case .docx: "docx"
        case .xlsx: "xlsx"
        case .csv: "csv"
        case .webm: "webm"
        case .ogg: "ogg"
        case .mp4: "m4a"
        case .wav: "wav"
        case .mp3: "mp3"
        case .aac: "aac"
        case .amr: "amr"
        }
    }

    /// What the first bytes promise. A file that is two things at once is taken for what it begins as, and is handed out as
    /// that and nothing else.
    package init?(beginningOf bytes: [UInt8]) {
        func has(_ text: String, at offset: Int = 0) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        if has("%PDF-") {
            self = .pdf
        } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
            self = .webm
        } else if has("OggS") {
            self = .ogg
        } else if has("ftyp", at: 4) {
            self = .mp4
        } else if has("RIFF"), has("WAVE", at: 8) {
            self = .wav
        } else if has("#!AMR") {
            self = .amr
        } else if has("ID3") {
            self = .mp3
        } else if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 {
            self = .aac
        } else if bytes.count > 1, bytes[0] == 0xFF, bytes[1] & 0xE0 == 0xE0 {
            self = .mp3
        } else {
            return nil
        }
    }
}
