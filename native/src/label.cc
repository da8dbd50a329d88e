#include "label.h"

#include <pango/pangocairo.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

namespace label {
namespace {

using canvas::Overlay;

// Noto has most scripts of the world; what it has not is looked for in every other font.
constexpr const char* kFonts = "Noto Sans, Noto Sans CJK SC, Noto Color Emoji, Sans";
constexpr double kNameShare = 0.062, kSmallestName = 11, kLargestName = 26;
constexpr double kInitialShare = 0.44;
constexpr double kGroundOpacity = 0.62;

struct Unref {
  void operator()(gpointer object) const { g_object_unref(object); }
};
using LayoutPtr = std::unique_ptr<PangoLayout, Unref>;

// One font map for all, because each keeps the fonts that it has loaded; Pango's objects bear one thread at a time.
std::mutex g_mutex;

PangoContext* Context() {
  static PangoContext* context = [] {
    auto* created = pango_font_map_create_context(pango_cairo_font_map_new());
    auto* options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_SLIGHT);
    pango_cairo_context_set_font_options(created, options);
    cairo_font_options_destroy(options);
    return created;
  }();
  return context;
}

LayoutPtr LayoutOf(const std::string& text, double pixels, PangoWeight weight) {
  LayoutPtr layout(pango_layout_new(Context()));
  auto* font = pango_font_description_from_string(kFonts);
  pango_font_description_set_weight(font, weight);
  pango_font_description_set_absolute_size(font, pixels * PANGO_SCALE);
  pango_layout_set_font_description(layout.get(), font);
  pango_font_description_free(font);
  pango_layout_set_single_paragraph_mode(layout.get(), TRUE);
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  return layout;
}

// A transparent picture to paint on.
class Paper {
 public:
  Paper(int width, int height)
      : width_(width), height_(height), surface_(cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height)), cairo_(cairo_create(surface_)) {}
  ~Paper() {
    cairo_destroy(cairo_);
    cairo_surface_destroy(surface_);
  }
  Paper(const Paper&) = delete;
  Paper& operator=(const Paper&) = delete;

  cairo_t* cairo() { return cairo_; }

  Overlay Dry() {
    cairo_surface_flush(surface_);
    return canvas::OverlayFrom(cairo_image_surface_get_data(surface_), cairo_image_surface_get_stride(surface_), width_, height_);
  }

 private:
  int width_, height_;
  cairo_surface_t* surface_;
  cairo_t* cairo_;
};

int EvenUp(double length) {
  return static_cast<int>(std::ceil(length / 2)) * 2;
}

void RoundedRectangle(cairo_t* cairo, double width, double height, double radius) {
  cairo_new_sub_path(cairo);
  cairo_arc(cairo, width - radius, radius, radius, -G_PI_2, 0);
  cairo_arc(cairo, width - radius, height - radius, radius, 0, G_PI_2);
  cairo_arc(cairo, radius, height - radius, radius, G_PI_2, G_PI);
  cairo_arc(cairo, radius, radius, radius, G_PI, 3 * G_PI_2);
  cairo_close_path(cairo);
}

double NameSize(int tile_height) {
  return std::clamp(tile_height * kNameShare, kSmallestName, kLargestName);
}

// The first thing that a reader takes for one character, in capitals: it may be several code points.
std::string FirstCharacter(const std::string& text) {
  int length = static_cast<int>(g_utf8_strlen(text.c_str(), -1));
  if (length == 0) return text;
  std::vector<PangoLogAttr> attributes(static_cast<size_t>(length) + 1);
  pango_get_log_attrs(text.c_str(), -1, -1, pango_language_get_default(), attributes.data(), length + 1);
  int end = 1;
  while (end < length && !attributes[static_cast<size_t>(end)].is_cursor_position) end++;
  auto* capitals = g_utf8_strup(text.c_str(), g_utf8_offset_to_pointer(text.c_str(), end) - text.c_str());
  std::string first = capitals;
  g_free(capitals);
  return first;
}

// A muted colour: hues of different names differ, their lightness does not.
void SetColourOf(cairo_t* cairo, const std::string& name) {
  double hue = static_cast<double>(g_str_hash(name.c_str()) % 360) / 60;
  auto channel = [hue](double shift) {
    double distance = std::fabs(std::fmod(hue + shift, 6) - 3) - 1;
    return 0.26 + 0.32 * std::clamp(distance, 0.0, 1.0);
  };
  cairo_set_source_rgb(cairo, channel(0), channel(4), channel(2));
}

}  // namespace

Overlay Name(const std::string& name, int tile_width, int tile_height) {
  std::lock_guard<std::mutex> lock(g_mutex);
  double size = NameSize(tile_height), padding = std::round(size * 0.5), margin = size * 0.5;
  auto layout = LayoutOf(name, size, PANGO_WEIGHT_MEDIUM);
  pango_layout_set_ellipsize(layout.get(), PANGO_ELLIPSIZE_END);
  pango_layout_set_width(layout.get(), static_cast<int>(std::max(size, tile_width - 2 * (margin + padding)) * PANGO_SCALE));
  PangoRectangle text;
  pango_layout_get_pixel_extents(layout.get(), nullptr, &text);
  // Fonts differ in the height of their lines, labels do not.
  int width = EvenUp(text.width + 2 * padding), height = EvenUp(size * 1.6);
  Paper paper(width, height);
  RoundedRectangle(paper.cairo(), width, height, height * 0.3);
  cairo_set_source_rgba(paper.cairo(), 0.06, 0.07, 0.09, kGroundOpacity);
  cairo_fill(paper.cairo());
  cairo_set_source_rgb(paper.cairo(), 1, 1, 1);
  double baseline = height * 0.5 + size * 0.36;
  // What is written from right to left begins at the right end of the widest that it may be.
  cairo_move_to(paper.cairo(), padding - text.x, baseline - static_cast<double>(pango_layout_get_baseline(layout.get())) / PANGO_SCALE);
  pango_cairo_show_layout(paper.cairo(), layout.get());
  return paper.Dry();
}

Overlay Initial(const std::string& name, int tile_width, int tile_height) {
  std::lock_guard<std::mutex> lock(g_mutex);
  int size = EvenUp(std::min(tile_width, tile_height) * kInitialShare);
  Paper paper(size, size);
  auto* cairo = paper.cairo();
  cairo_arc(cairo, size / 2.0, size / 2.0, size / 2.0, 0, 2 * G_PI);
  SetColourOf(cairo, name);
  cairo_fill(cairo);
  auto layout = LayoutOf(FirstCharacter(name), size * 0.46, PANGO_WEIGHT_MEDIUM);
  PangoRectangle ink;
  pango_layout_get_pixel_extents(layout.get(), &ink, nullptr);
  cairo_move_to(cairo, (size - ink.width) / 2.0 - ink.x, (size - ink.height) / 2.0 - ink.y);
  cairo_set_source_rgb(cairo, 1, 1, 1);
  pango_cairo_show_layout(cairo, layout.get());
  return paper.Dry();
}

Overlay Corners(int radius, canvas::Colour outside) {
  Paper paper(2 * radius, 2 * radius);
  auto* cairo = paper.cairo();
  cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_rectangle(cairo, 0, 0, 2 * radius, 2 * radius);
  cairo_arc(cairo, radius, radius, radius, 0, 2 * G_PI);
  cairo_set_source_rgb(cairo, outside.red / 255.0, outside.green / 255.0, outside.blue / 255.0);
  cairo_fill(cairo);
  return paper.Dry();
}

}  // namespace label
