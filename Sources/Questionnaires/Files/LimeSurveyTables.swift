import Documents

/// An .lss file as the tables it is an extract of: a name, then rows of named fields. Read by expat through `XMLReader`, which refuses
/// document type definitions, so no entity is ever expanded.
struct LimeSurveyTables {
    typealias Row = [String: String]

    private(set) var tables: [String: [Row]] = [:]
    private(set) var languages: [String] = []

    static let mostRows = 20_000
    /// Bytes of one field.
    static let longest = 100_000

    init(_ bytes: [UInt8]) throws(QuestionnaireFile.Fault) {
        var reading = Reading()
        do {
            let reader = try XMLReader(mostDepth: 8)
            reader.onStart = { name, _ in try reading.start(name) }
            reader.onText = { piece in try reading.text(piece) }
            reader.onEnd = { _ in reading.end() }
            try bytes.withUnsafeBytes { try reader.feed($0) }
            try reader.finish()
        } catch let fault as QuestionnaireFile.Fault {
            throw fault
        } catch let fault as DocumentFault {
            throw .document(fault)
        } catch {
            throw .unknownFormat
        }
        guard reading.kind == "Survey" else { throw .unknownFormat }
        (tables, languages) = (reading.tables, reading.languages)
    }

    subscript(name: String) -> [Row] { tables[name] ?? [] }

    /// Path by path: document › table › rows › row › field.
    private struct Reading {
        var tables: [String: [Row]] = [:]
        var languages: [String] = []
        var kind = ""
        private var path: [String] = []
        private var row: Row = [:]
        private var field: [UInt8] = []
        private var count = 0

        mutating func start(_ name: String) throws {
            if path.isEmpty, name != "document" { throw QuestionnaireFile.Fault.unknownFormat }
            path.append(name)
            field.removeAll(keepingCapacity: true)
            guard path.count == 4, path[2] == "rows", name == "row" else { return }
            row = [:]
            count += 1
            if count > LimeSurveyTables.mostRows {
                throw QuestionnaireFile.Fault.tooMany(limit: LimeSurveyTables.mostRows)
            }
        }

        mutating func text(_ piece: UnsafeBufferPointer<UInt8>) throws {
            field += piece
            if field.count > LimeSurveyTables.longest {
                throw QuestionnaireFile.Fault.tooLarge(limit: LimeSurveyTables.longest)
            }
        }

        mutating func end() {
            let text = String(decoding: field, as: UTF8.self)
            switch path.count {
            case 2 where path[1] == "LimeSurveyDocType": kind = text
            case 3 where path[1] == "languages": languages.append(text)
            case 4 where path[2] == "rows": tables[path[1], default: []].append(row)
            case 5 where path[2] == "rows": row[path[4]] = text
            default: break
            }
            field.removeAll(keepingCapacity: true)
            path.removeLast()
        }
    }
}
