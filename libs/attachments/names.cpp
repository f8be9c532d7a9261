#include "attachments/names.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::attachments {

namespace {

using namespace std::string_view_literals;

constexpr std::array programs{
    ".ade"sv, ".adp"sv, ".apk"sv, ".app"sv, ".appx"sv, ".bas"sv,        ".bat"sv,
    ".chm"sv, ".cmd"sv, ".com"sv, ".cpl"sv, ".dll"sv,  ".exe"sv,        ".hlp"sv,
    ".hta"sv, ".inf"sv, ".ins"sv, ".isp"sv, ".jar"sv,  ".js"sv,         ".jse"sv,
    ".lnk"sv, ".mde"sv, ".msc"sv, ".msi"sv, ".msix"sv, ".msp"sv,        ".mst"sv,
    ".nsh"sv, ".pcd"sv, ".pif"sv, ".ps1"sv, ".psm1"sv, ".reg"sv,        ".scr"sv,
    ".sct"sv, ".shb"sv, ".sys"sv, ".url"sv, ".vb"sv,   ".vbe"sv,        ".vbs"sv,
    ".vxd"sv, ".wsc"sv, ".wsf"sv, ".wsh"sv, ".xll"sv,  ".library-ms"sv, ".settingcontent-ms"sv};
constexpr std::array documents{".pdf"sv,  ".doc"sv, ".docx"sv, ".xls"sv,  ".xlsx"sv, ".ppt"sv,
                               ".pptx"sv, ".txt"sv, ".rtf"sv,  ".jpg"sv,  ".jpeg"sv, ".png"sv,
                               ".gif"sv,  ".bmp"sv, ".htm"sv,  ".html"sv, ".zip"sv,  ".mp3"sv,
                               ".mp4"sv,  ".avi"sv, ".csv"sv,  ".odt"sv,  ".ods"sv,  ".xml"sv};
constexpr std::array active{".htm"sv, ".html"sv, ".xhtml"sv, ".shtml"sv, ".svg"sv, ".mht"sv,
                            ".iso"sv, ".img"sv,  ".vhd"sv,   ".vhdx"sv,  ".one"sv};
constexpr std::array with_macros{".docm"sv, ".dotm"sv, ".xlsm"sv, ".xltm"sv, ".xlam"sv,
                                 ".pptm"sv, ".potm"sv, ".ppam"sv, ".ppsm"sv, ".xlsb"sv};

template <std::size_t N>
bool is_among(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string extension_of(std::string_view name) {
  while (!name.empty() && (name.back() == '.' || name.back() == ' ' || ascii::is_control(name.back())))
    name.remove_suffix(1);
  const auto dot = name.rfind('.');
  const auto slash = name.find_last_of("/\\");
  if (dot == std::string_view::npos || (slash != std::string_view::npos && slash > dot)) return {};
  return ascii::to_lower(name.substr(dot).substr(0, 30));
}

bool is_program(std::string_view extension) { return is_among(programs, extension); }
bool is_document(std::string_view extension) { return is_among(documents, extension); }
bool is_active(std::string_view extension) { return is_among(active, extension); }
bool is_macro_document(std::string_view extension) { return is_among(with_macros, extension); }

bool hides_its_end(std::string_view name) {
  return name.contains("\xe2\x80\xae") || name.contains("          ");  // U+202E
}

}  // namespace scop::attachments
