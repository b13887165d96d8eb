// Security descriptors: making one, its access control list, and its text.
#include <winsock2.h>
#include <windows.h>
#include <sddl.h>
#include "check.h"
#include "check_pipe.h"

#define convert ConvertStringSecurityDescriptorToSecurityDescriptorA

static void making(void)
{
    SECURITY_DESCRIPTOR descriptor;
    ACL list = {ACL_REVISION, 0, sizeof list, 0, 0};

    FACT("A6", "a new descriptor says nothing about anybody");
    memset(&descriptor, 0x55, sizeof descriptor);
    CHECK(InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION));
    CHECK_EQ(descriptor.Revision, 1);
    CHECK_EQ(descriptor.Control, 0);
    CHECK(!descriptor.Dacl && !descriptor.Sacl && !descriptor.Owner && !descriptor.Group);
    CHECK(IsValidSecurityDescriptor(&descriptor));
    CHECK_FAILS(InitializeSecurityDescriptor(&descriptor, 2), ERROR_UNKNOWN_REVISION);

    FACT("A6", "a list that is NULL is present, and none is not");
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE));
    CHECK_EQ(descriptor.Control, SE_DACL_PRESENT);
    CHECK(SetSecurityDescriptorDacl(&descriptor, TRUE, &list, TRUE));
    CHECK_EQ(descriptor.Control, SE_DACL_PRESENT | SE_DACL_DEFAULTED);
    CHECK(descriptor.Dacl == &list);
    CHECK(IsValidSecurityDescriptor(&descriptor));
    CHECK(SetSecurityDescriptorDacl(&descriptor, FALSE, NULL, FALSE));
    CHECK_EQ(descriptor.Control & SE_DACL_PRESENT, 0);

    FACT("A6", "what is no descriptor");
    descriptor.Revision = 7;
    CHECK_FAILS(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE), ERROR_UNKNOWN_REVISION);
    CHECK(!IsValidSecurityDescriptor(&descriptor));
    CHECK(!IsValidSecurityDescriptor(NULL));
    descriptor.Revision = 1;
    descriptor.Control = SE_SELF_RELATIVE;
    CHECK_FAILS(SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE),
                ERROR_INVALID_SECURITY_DESCR);
}

static void texts(void)
{
    PSECURITY_DESCRIPTOR made = NULL;
    ULONG size = 0;
    const SECURITY_DESCRIPTOR *head;

    FACT("A6", "a descriptor from its text");
    CHECK(convert("D:(A;;GRGW;;;WD)", SDDL_REVISION_1, &made, &size));
    head = made;
    CHECK_EQ(head->Control, SE_SELF_RELATIVE | SE_DACL_PRESENT);
    /* The head, a list's, an entry's, and Everyone. */
    CHECK_EQ(size, 20 + 8 + 8 + 12);
    CHECK(IsValidSecurityDescriptor(made));
    CHECK_FAILS(SetSecurityDescriptorDacl(made, TRUE, NULL, FALSE), ERROR_INVALID_SECURITY_DESCR);
    CHECK(LocalFree(made) == NULL);
    CHECK(ConvertStringSecurityDescriptorToSecurityDescriptorW(
        L"O:BAG:SYD:P(D;;GA;;;NU)(A;OICI;0x12019b;;;S-1-5-11)", SDDL_REVISION_1, &made, NULL));
    CHECK(IsValidSecurityDescriptor(made));
    CHECK(LocalFree(made) == NULL);

    FACT("A6", "what is no such text");
    CHECK_FAILS(convert(NULL, SDDL_REVISION_1, &made, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(convert("D:", SDDL_REVISION_1, NULL, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(convert("D:(A;;GA;;;WD)", 7, &made, NULL), ERROR_UNKNOWN_REVISION);
    CHECK_FAILS(convert("nonsense", SDDL_REVISION_1, &made, NULL), ERROR_INVALID_PARAMETER);
    CHECK_FAILS(convert("D:(A;;GA;;WD)", SDDL_REVISION_1, &made, NULL), ERROR_INVALID_ACL);
}

static HANDLE make(void *descriptor)
{
    SECURITY_ATTRIBUTES attributes = {sizeof attributes, descriptor, FALSE};
    return CreateNamedPipeA(check_pipe_name("pipe"), PIPE_ACCESS_DUPLEX, 0, 1, 9, 9, 0,
                            &attributes);
}

static void pipes(void)
{
    SECURITY_DESCRIPTOR descriptor;
    struct check_pipe pipe;

    FACT("A6", "a pipe that is open to everybody is open to its owner");
    InitializeSecurityDescriptor(&descriptor, SECURITY_DESCRIPTOR_REVISION);
    SetSecurityDescriptorDacl(&descriptor, TRUE, NULL, FALSE);
    pipe.server = make(&descriptor);
    CHECK(check_is_open(pipe.server));
    pipe.client = check_pipe_client(GENERIC_READ | GENERIC_WRITE, 0);
    CHECK(check_is_open(pipe.client));
    CHECK(check_put(pipe.client, "text", 4));
    CHECK_GETS(pipe.server, 9, "text", 0);
    check_pipe_close(pipe);
    CHECK_REFUSED(check_pipe_client(GENERIC_READ, 0), ERROR_FILE_NOT_FOUND);

    FACT("A6", "a wrong descriptor");
    descriptor.Revision = 7;
    CHECK_REFUSED(make(&descriptor), ERROR_UNKNOWN_REVISION);
}

int main(void)
{
    making();
    texts();
    pipes();
    return check_end();
}
