#include <algorithm>

#include "attachments/attachments.hpp"
#include "attachments/names.hpp"
#include "attachments/zip.hpp"
#include "core/ascii.hpp"

namespace scop::attachments {

namespace {

using namespace std::string_view_literals;

constexpr auto ole_magic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv;
constexpr std::size_t most_reported_name = 200;

class Inspector {
 public:
  void attachment(std::string_view name, std::string_view octets);
  void named(std::string_view name, bool in_archive);
  std::vector<AttachmentFinding> findings;

 private:
  void find(Kind kind, std::string_view name, std::string reason);
  void content(std::string_view name, std::string_view octets);
  void office(std::string_view name, std::string_view octets);
  void zip(const std::string& name, std::string_view octets, std::size_t level);
  void entry(const std::string& name, const ZipEntry& entry, std::size_t level);
  std::size_t entries_ = 0;
  std::size_t left_ = 2 * most_all_octets;  // of archives
};

void Inspector::find(Kind kind, std::string_view name, std::string reason) {
  AttachmentFinding finding{kind, std::string(name.substr(0, most_reported_name)), std::move(reason)};
  if (findings.size() < most_findings && std::ranges::find(findings, finding) == findings.end()) {
    findings.push_back(std::move(finding));
  }
}

void Inspector::named(std::string_view name, bool in_archive) {
  const auto extension = extension_of(name);
  if (hides_its_end(name)) find(Kind::double_extension, name, "the name hides its end");
  if (is_program(extension)) {
    find(in_archive ? Kind::executable_in_archive : Kind::executable, name, "extension " + extension);
    const auto before = name.substr(0, ascii::to_lower(name).rfind(extension));
    if (const auto inner = extension_of(before); is_document(inner)) {
      find(Kind::double_extension, name, "extensions " + inner + extension);
    }
  }
  if (is_macro_document(extension)) find(Kind::macro, name, "extension " + extension);
  if (is_active(extension)) find(Kind::active_document, name, "extension " + extension);
}

// Programs by their first octets.
std::string_view program_magic(std::string_view octets) {
  if (octets.starts_with("MZ") && octets.size() > 64) return "a Windows program";
  if (octets.starts_with("\x7f"
                         "ELF"))
    return "an ELF program";
  for (const auto magic :
       {"\xfe\xed\xfa\xce"sv, "\xfe\xed\xfa\xcf"sv, "\xcf\xfa\xed\xfe"sv, "\xca\xfe\xba\xbe"sv}) {
    if (octets.starts_with(magic)) return "a Mach-O or Java program";
  }
  if (octets.starts_with("\x4c\x00\x00\x00\x01\x14\x02\x00"sv)) return "a Windows shortcut";
  return {};
}

// A compound file's directory names its streams in UTF-16: "_VBA_PROJECT" is where Word, Excel and PowerPoint
// keep code.
void Inspector::office(std::string_view name, std::string_view octets) {
  constexpr auto vba = "_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T\0"sv;
  constexpr auto macros = "M\0a\0c\0r\0o\0s\0"sv;
  constexpr auto encrypted = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"sv;
  if (octets.contains(vba) || octets.contains(macros))
    find(Kind::macro, name, "a compound document with VBA");
  if (octets.contains(encrypted)) find(Kind::encrypted_archive, name, "an encrypted Office document");
}

void Inspector::content(std::string_view name, std::string_view octets) {
  if (const auto what = program_magic(octets); !what.empty()) {
    const auto extension = extension_of(name);
    if (is_program(extension)) return;
    find(extension.empty() ? Kind::executable : Kind::disguised, name, std::string(what));
  }
  if (octets.starts_with(ole_magic)) office(name, octets);
  // RAR 4: main header's flag 0x80; RAR 5: a header of type 4 first.
  if (octets.starts_with("Rar!\x1a\x07\x00"sv) && octets.size() > 11 &&
      (static_cast<unsigned char>(octets[10]) & 0x80U) != 0) {
    find(Kind::encrypted_archive, name, "a RAR archive with encrypted headers");
  }
  if (octets.starts_with("Rar!\x1a\x07\x01\x00"sv) && octets.size() > 13 && octets[13] == 4) {
    find(Kind::encrypted_archive, name, "a RAR archive with encrypted headers");
  }
}

void Inspector::entry(const std::string& name, const ZipEntry& entry, std::size_t level) {
  const auto full = name + "/" + entry.name;
  named(full, true);
  if (entry.encrypted) find(Kind::encrypted_archive, name, "encrypted zip entry");
  if (ascii::ends_with_ignoring_case(entry.name, "vbaProject.bin")) find(Kind::macro, name, "vbaProject.bin");
  if (entry.stored.empty()) return;
  if (is_zip(entry.stored)) return zip(full, entry.stored, level + 1);
  if (!program_magic(entry.stored).empty())
    find(Kind::executable_in_archive, full, std::string(program_magic(entry.stored)));
}

void Inspector::zip(const std::string& name, std::string_view octets, std::size_t level) {
  if (level > most_levels) return find(Kind::bomb, name, "archives in archives in archives");
  // Entries may overlap: what is looked at in all of them together is bounded.
  if (octets.size() > left_) return find(Kind::bomb, name, "archives in archives, too many octets");
  left_ -= octets.size();
  const auto directory = read_zip(octets, most_entries - std::min(entries_, most_entries));
  entries_ += directory.entries.size();
  if (entries_ >= most_entries)
    find(Kind::bomb, name, "more than " + std::to_string(most_entries) + " entries");
  std::uint64_t unpacked = 0;
  for (const auto& each : directory.entries) {
    unpacked += each.unpacked;
    entry(name, each, level);
  }
  if (unpacked / most_ratio > octets.size())
    find(Kind::bomb, name, "unpacks to " + std::to_string(unpacked) + " octets");
}

void Inspector::attachment(std::string_view name, std::string_view octets) {
  named(name, false);
  content(name, octets);
  if (is_zip(octets)) zip(std::string(name), octets, 1);
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::executable:
      return "executable";
    case Kind::double_extension:
      return "double-extension";
    case Kind::disguised:
      return "disguised";
    case Kind::executable_in_archive:
      return "executable-in-archive";
    case Kind::macro:
      return "macro";
    case Kind::encrypted_archive:
      return "encrypted-archive";
    case Kind::active_document:
      return "active-document";
    case Kind::bomb:
      return "bomb";
  }
  return "";
}

std::vector<AttachmentFinding> inspect_octets(std::string_view file_name, std::string_view octets) {
  Inspector inspector;
  inspector.attachment(file_name, octets.substr(0, most_octets));
  return std::move(inspector.findings);
}

std::vector<AttachmentFinding> inspect(const mime_text::Message& message) {
  Inspector inspector;
  std::size_t left = most_all_octets;
  for (const auto& part : message.parts()) {
    const bool text = part.type.type == "text" && part.file_name.empty();
    const bool whole = part.depth == 0 && part.type.type == "text";
    if (text || whole || left == 0) continue;
    const auto octets = mime_text::decode_body(part, std::min(left, most_octets));
    left -= octets.size();
    inspector.attachment(part.file_name, octets);
  }
  return std::move(inspector.findings);
}

}  // namespace scop::attachments
