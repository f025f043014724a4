import Foundation

/// The templates of a folder by name, made safe for the library.
package enum TemplateFiles {
    package static func read(_ folder: String) throws -> [String: String] {
        var templates: [String: String] = [:]
        let base = folder.hasSuffix("/") ? folder : folder + "/"
        guard let paths = FileManager.default.enumerator(atPath: base) else { return [:] }
        for case let path as String in paths where path.hasSuffix(".mustache") {
            let text = try String(contentsOfFile: base + path, encoding: .utf8)
            let name = String(path.dropLast(".mustache".count))
            try refuseRawOutput(text, name)
            templates[name] = withoutIndentedPartials(text)
        }
        return templates
    }

    /// Only `Markup` may be printed unescaped, and its name must say so.
    private static func refuseRawOutput(_ text: String, _ name: String) throws {
        for tag in text.components(separatedBy: "{{").dropFirst() {
            let scalars = tag.unicodeScalars
            // "{{{name}}}" is split into "" and "{name}}}" or "{name}}}", depending on what precedes it.
            guard scalars.first == "{" || scalars.first == "&" else { continue }
            let raw = tag.dropFirst().prefix { $0 != "}" }.trimmingCharacters(in: .whitespaces)
            guard raw.hasSuffix("arkup") else {
                throw PageRenderer.TemplateMalformed(
                    description: "\(name).mustache prints \(raw) unescaped; only a name that ends in Markup may be")
            }
        }
    }

    /// The library indents what a partial on a line of its own renders, by inserting white space after line breaks. That
    /// would change the text inside `<textarea>` and `<pre>`, so such tags are moved to the start of their line.
    static func withoutIndentedPartials(_ text: String) -> String {
        text.components(separatedBy: "\n").map { line in
            let trimmed = line.trimmingCharacters(in: CharacterSet(charactersIn: " \t"))
            let moves = ["{{>", "{{<", "{{$"].contains { trimmed.hasPrefix($0) }
            return moves ? String(line.drop { $0 == " " || $0 == "\t" }) : line
        }.joined(separator: "\n")
    }
}
