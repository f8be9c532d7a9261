// What a file's name promises. Private to attachments.
#pragma once

#include <string>
#include <string_view>

namespace scop::attachments {

// ".exe" in lower case with its dot; empty where there is none. White space and dots at the end do not count:
// Windows drops them.
std::string extension_of(std::string_view name);

bool is_program(std::string_view extension);   // runs when it is opened
bool is_document(std::string_view extension);  // what a program likes to be taken for
bool is_active(std::string_view extension);    // opens in a browser or mounts, with scripts or programs in it
bool is_macro_document(std::string_view extension);

// The text shows another end than the name has: right-to-left override, or many spaces before the extension.
bool hides_its_end(std::string_view name);

}  // namespace scop::attachments
