#include "attachments/attachments.hpp"

namespace scop::attachments {
std::vector<AttachmentFinding> inspect(const mime_text::Message&) { return {}; }
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
}  // namespace scop::attachments
