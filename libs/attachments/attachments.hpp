// What is dangerous about a message's attachments: by name, by content, and by what zip archives list.
// Findings are for policy (the daemon's settings decide) and tokens for the spam filter. Reads archives'
// directories itself, bounded; unpacks and executes nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "mime_text/message.hpp"

namespace scop::attachments {

inline constexpr std::size_t most_octets = 8U << 20U;       // looked at in one attachment
inline constexpr std::size_t most_all_octets = 32U << 20U;  // … in all of a message's
inline constexpr std::size_t most_entries = 1'000;          // of archives, all levels together
inline constexpr std::size_t most_levels = 3;               // archives stored in archives
inline constexpr std::size_t most_ratio = 200;              // unpacked to packed, of one archive
inline constexpr std::size_t most_findings = 50;

enum class Kind {
  executable,        // by its name's extension or its first octets
  double_extension,  // invoice.pdf.exe, or a name that hides its end (many spaces, right-to-left override)
  disguised,         // the content is a program, the name says otherwise
  executable_in_archive,
  macro,  // Office document with VBA
  encrypted_archive,
  active_document,  // HTML, SVG, XHTML attached as a file; shortcut, disk image
  bomb,             // archive beyond the bounds: entries, ratio
};
std::string_view name_of(Kind kind);  // "executable", "double-extension" …

struct AttachmentFinding {
  Kind kind{};
  std::string name;    // of the attachment, UTF-8 or octets as they came; "archive.zip/inner.exe" inside one
  std::string reason;  // "extension .exe", "encrypted zip entry" …
  bool operator==(const AttachmentFinding&) const = default;
};

std::vector<AttachmentFinding> inspect(const mime_text::Message& message);

// One attachment's decoded octets.
std::vector<AttachmentFinding> inspect_octets(std::string_view file_name, std::string_view octets);

}  // namespace scop::attachments
