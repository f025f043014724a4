import CPangoCairo

/// Fonts for one picture. Owns Pango's font map and context and gives them back.
///
/// The font map is its own and not Pango's default one, which belongs to a thread for as long as that lives.
final class Sheet {
    private let fonts: UnsafeMutablePointer<PangoFontMap>?
    fileprivate let context: OpaquePointer?

    init() {
        fonts = pango_cairo_font_map_new()
        context = pango_font_map_create_context(fonts)
        // Chooses Chinese forms where Chinese and Japanese share a code.
        pango_context_set_language(context, pango_language_from_string("zh-cn"))
    }

    deinit {
        if let context { g_object_unref(UnsafeMutableRawPointer(context)) }
        if let fonts { g_object_unref(UnsafeMutableRawPointer(fonts)) }
    }

    /// Runs `drawing` on a new picture and returns it as PNG.
    func png(
        width: Int, height: Int, drawing: (Brush) -> Void
    ) throws(ReceiptPicture.Failure) -> [UInt8] {
        let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
        defer { cairo_surface_destroy(surface) }
        let canvas = cairo_create(surface)
        defer { cairo_destroy(canvas) }
        drawing(Brush(canvas))
        try check(cairo_status(canvas))
        cairo_surface_flush(surface)

        var bytes: [UInt8] = []
        bytes.reserveCapacity(128 * 1024)
        let status = withUnsafeMutablePointer(to: &bytes) { target in
            cairo_surface_write_to_png_stream(
                surface,
                { target, data, count in
                    guard let target, let data else { return CAIRO_STATUS_WRITE_ERROR }
                    target.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
                    return CAIRO_STATUS_SUCCESS
                }, UnsafeMutableRawPointer(target))
        }
        try check(status)
        return bytes
    }

    private func check(_ status: cairo_status_t) throws(ReceiptPicture.Failure) {
        guard status != CAIRO_STATUS_SUCCESS else { return }
        throw .drawing(cairo_status_to_string(status).map { String(cString: $0) } ?? "unknown")
    }
}

/// A font at a size in pixels. Names after the first are for systems without the Noto family.
enum Face {
    case serif(Double)
    case sans(Double)
    case mono(Double)

    fileprivate var families: String {
        switch self {
        case .serif: "Noto Serif CJK SC,Source Han Serif SC,Noto Sans CJK SC,serif"
        case .sans: "Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Micro Hei,sans-serif"
        case .mono: "DejaVu Sans Mono,Noto Sans Mono CJK SC,Noto Sans CJK SC,monospace"
        }
    }

    fileprivate var size: Double {
        switch self {
        case .serif(let size), .sans(let size), .mono(let size): size
        }
    }

    /// Chinese fonts are tall by themselves, Latin ones are not: both end up at about 1.6 times their size.
    fileprivate var lineSpacing: Float {
        if case .mono = self { 1.36 } else { 1.1 }
    }

    fileprivate var weight: PangoWeight {
        if case .serif = self { PANGO_WEIGHT_BOLD } else { PANGO_WEIGHT_NORMAL }
    }
}

/// Colours of the look.
enum Ink {
    case paper, card, ink, soft, line, stamp

    fileprivate var components: (red: Double, green: Double, blue: Double, alpha: Double) {
        switch self {
        case .paper: (0xFB / 255, 0xFA / 255, 0xF6 / 255, 1)
        case .card: (1, 1, 1, 1)
        case .ink: (0x1B / 255, 0x24 / 255, 0x30 / 255, 1)
        case .soft: (0x5A / 255, 0x65 / 255, 0x72 / 255, 1)
        case .line: (0xDC / 255, 0xD8 / 255, 0xCD / 255, 1)
        case .stamp: (0xA8 / 255, 0x32 / 255, 0x2A / 255, 0.92)
        }
    }
}

/// A piece of text, broken into lines and measured. Owns its Pango layout.
final class TextBlock {
    fileprivate let layout: OpaquePointer?
    let width: Double
    let height: Double
    /// From the top to the line that the first line of text stands on.
    let baseline: Double

    /// - Parameters:
    ///   - width: pixels to break lines at; nil does not break.
    ///   - height: pixels after which the text ends in an ellipsis.
    ///   - lines: the same, in lines.
    ///
    /// The text is never markup, so nothing in it can become a font, a colour or a link.
    init(
        _ text: String, _ face: Face, on sheet: Sheet, width limit: Double? = nil, height: Double? = nil,
        lines: Int? = nil,
        centred: Bool = false
    ) {
        let layout = pango_layout_new(sheet.context)
        let scale = Double(PANGO_SCALE)
        let font = pango_font_description_from_string(face.families)
        pango_font_description_set_absolute_size(font, face.size * scale)
        pango_font_description_set_weight(font, face.weight)
        pango_layout_set_font_description(layout, font)
        pango_font_description_free(font)

        // A zero would end the text for Pango; other controls would show as boxes.
        var scalars = text.unicodeScalars
        scalars.removeAll { $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t" }
        var clean = String(scalars)
        clean.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { pango_layout_set_text(layout, $0.baseAddress, Int32($0.count)) }
        }
        if let limit {
            pango_layout_set_width(layout, Int32(max(1, limit) * scale))
            pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
            pango_layout_set_line_spacing(layout, face.lineSpacing)
        }
        if height != nil || lines != nil {
            pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
            pango_layout_set_height(layout, height.map { Int32($0 * scale) } ?? -Int32(lines ?? 1))
        }
        if centred { pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER) }

        var area = PangoRectangle()
        pango_layout_get_extents(layout, nil, &area)
        self.layout = layout
        width = Double(area.width) / scale
        self.height = Double(area.height) / scale
        baseline = Double(pango_layout_get_baseline(layout)) / scale
    }

    deinit {
        if let layout { g_object_unref(UnsafeMutableRawPointer(layout)) }
    }

    /// How many of the characters no installed font can draw.
    var unknownGlyphs: Int { Int(pango_layout_get_unknown_glyphs_count(layout)) }
}

/// Draws on a picture that is being made. Never outlives it.
struct Brush {
    private let canvas: OpaquePointer?

    fileprivate init(_ canvas: OpaquePointer?) { self.canvas = canvas }

    func fill(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ ink: Ink) {
        use(ink)
        cairo_rectangle(canvas, x, y, width, height)
        cairo_fill(canvas)
    }

    /// Writes `text` with its upper left corner at `x`, `y`.
    func write(_ text: TextBlock, _ x: Double, _ y: Double, _ ink: Ink) {
        use(ink)
        cairo_move_to(canvas, x, y)
        pango_cairo_show_layout(canvas, text.layout)
        cairo_new_path(canvas)
    }

    /// A circle around the origin.
    func ring(radius: Double, thickness: Double, _ ink: Ink) {
        use(ink)
        cairo_set_line_width(canvas, thickness)
        cairo_new_path(canvas)
        cairo_arc(canvas, 0, 0, radius, 0, 2 * Double.pi)
        cairo_stroke(canvas)
    }

    /// Draws with the origin at `x`, `y` and everything turned.
    func turned(aroundX x: Double, y: Double, degrees: Double, _ drawing: () -> Void) {
        cairo_save(canvas)
        cairo_translate(canvas, x, y)
        cairo_rotate(canvas, degrees * Double.pi / 180)
        drawing()
        cairo_restore(canvas)
    }

    private func use(_ ink: Ink) {
        let colour = ink.components
        cairo_set_source_rgba(canvas, colour.red, colour.green, colour.blue, colour.alpha)
    }
}
