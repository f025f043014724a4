import Foundation
import Text

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

    /// The template with what never changes already in its place: the words of a language (`{{t.forms.send}}`), and the version. Looking each
    /// word up for each page took most of the time of making it.
    ///
    /// A name that is none of these stays as it is.
    static func worded(_ text: String, _ words: Texts, version: String) -> String {
        let parts = text.components(separatedBy: "{{")
        return parts.dropFirst().reduce(into: parts.first ?? "") { worded, part in
            let name = part.prefix { $0 != "}" }
            let known = name == "version" ? version : name.hasPrefix("t.") ? words.all[String(name.dropFirst(2))] : nil
            // What looks like a tag, or makes one of the next, would be taken for one.
            guard let known, part.dropFirst(name.count).hasPrefix("}}"), !known.contains("{{"), !known.hasSuffix("{")
            else {
                worded += "{{" + part
                return
            }
            worded += HTMLEscaping.escape(known) + part.dropFirst(name.count + 2)
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
