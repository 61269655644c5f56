package main

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/api/validation/path"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/api/pod"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	appsvalidation "k8s.io/kubernetes/pkg/apis/apps/validation"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	batchvalidation "k8s.io/kubernetes/pkg/apis/batch/validation"
	"k8s.io/kubernetes/pkg/apis/certificates"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	certificatesvalidation "k8s.io/kubernetes/pkg/apis/certificates/validation"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	corevalidation "k8s.io/kubernetes/pkg/apis/core/validation"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	networkingvalidation "k8s.io/kubernetes/pkg/apis/networking/validation"
)

// builtIn has what the API server of Kubernetes has, with its defaults and conversions.
var builtIn = legacyscheme.Scheme

// judgeBuiltIn does what the API server does when such an object is created.
func judgeBuiltIn(given document) []string {
	versioned, err := given.strictly(builtIn)
	if err != nil {
		return []string{err.Error()}
	}
	builtIn.Default(versioned)
	internal, err := builtIn.UnsafeConvertToVersion(versioned, runtime.InternalGroupVersioner)
	if err != nil {
		return []string{err.Error()}
	}
	clusterWide := false
	switch internal.(type) {
	case *core.Namespace, *certificates.ClusterTrustBundle, *certificates.CertificateSigningRequest:
		clusterWide = true
	}
	accessor, err := meta.Accessor(internal)
	if err != nil {
		return []string{err.Error()}
	}
	if !inNamespace(accessor, clusterWide) {
		return []string{"metadata.namespace: the kind stands in no namespace"}
	}
	// What each kind says of its metadata comes on top of this
	metadata := field.NewPath("metadata")
	wrong := validation.ValidateObjectMetaAccessor(accessor, !clusterWide, path.ValidatePathSegmentName, metadata)
	// Some rules are code, others are generated from marks on the types
	wrong = append(wrong, byCode(internal)...)
	return textsOf(append(wrong, builtIn.Validate(context.Background(), nil, versioned)...))
}

// inNamespace is what the API server does: the namespace of the request stands in for none. False
// where one is given to what stands in none.
func inNamespace(object metav1.Object, clusterWide bool) bool {
	if clusterWide {
		return object.GetNamespace() == ""
	}
	if object.GetNamespace() == "" {
		object.SetNamespace("default")
	}
	return true
}

func byCode(object runtime.Object) field.ErrorList {
	switch one := object.(type) {
	case *core.Secret:
		return corevalidation.ValidateSecret(one)
	case *core.ConfigMap:
		return corevalidation.ValidateConfigMap(one)
	case *core.Namespace:
		return corevalidation.ValidateNamespace(one)
	case *core.ServiceAccount:
		return corevalidation.ValidateServiceAccount(one)
	case *apps.Deployment:
		options := pod.GetValidationOptionsFromPodTemplate(&one.Spec.Template, nil)
		return appsvalidation.ValidateDeployment(one, options)
	case *apps.StatefulSet:
		options := pod.GetValidationOptionsFromPodTemplate(&one.Spec.Template, nil)
		return appsvalidation.ValidateStatefulSet(one, options)
	case *apps.DaemonSet:
		options := pod.GetValidationOptionsFromPodTemplate(&one.Spec.Template, nil)
		return appsvalidation.ValidateDaemonSet(one, options)
	case *batch.Job:
		return byCode(asCronJob(one))
	case *batch.CronJob:
		options := pod.GetValidationOptionsFromPodTemplate(&one.Spec.JobTemplate.Spec.Template, nil)
		return batchvalidation.ValidateCronJobCreate(one, options)
	case *networking.Ingress:
		return networkingvalidation.ValidateIngressCreate(one)
	case *certificates.ClusterTrustBundle:
		return certificatesvalidation.ValidateClusterTrustBundle(one, certificatesvalidation.ValidateClusterTrustBundleOptions{})
	case *certificates.CertificateSigningRequest:
		return requestInSteps(one)
	}
	return field.ErrorList{field.Invalid(nil, fmt.Sprintf("%T", object), "no validator is called for it here")}
}

// asCronJob is how a Job is judged before it has a UID, of which the API server makes its selector.
func asCronJob(job *batch.Job) *batch.CronJob {
	history := int32(1)
	return &batch.CronJob{
		ObjectMeta: job.ObjectMeta,
		Spec: batch.CronJobSpec{
			Schedule:                   "0 0 * * *",
			ConcurrencyPolicy:          batch.AllowConcurrent,
			SuccessfulJobsHistoryLimit: &history,
			FailedJobsHistoryLimit:     &history,
			JobTemplate:                batch.JobTemplateSpec{Spec: job.Spec},
		},
	}
}

// requestInSteps creates the request, approves or denies it, and hands its certificate over: a
// request comes to its status by updates of subresources alone.
func requestInSteps(given *certificates.CertificateSigningRequest) field.ErrorList {
	created := given.DeepCopy()
	created.Status = certificates.CertificateSigningRequestStatus{}
	created.ResourceVersion = "1"
	wrong := certificatesvalidation.ValidateCertificateSigningRequestCreate(created)
	approved := created.DeepCopy()
	approved.Status.Conditions = given.Status.Conditions
	wrong = append(wrong, certificatesvalidation.ValidateCertificateSigningRequestApprovalUpdate(approved, created)...)
	signed := approved.DeepCopy()
	signed.Status = given.Status
	return append(wrong, certificatesvalidation.ValidateCertificateSigningRequestStatusUpdate(signed, approved)...)
}

func textsOf(errs field.ErrorList) []string {
	texts := []string{}
	for _, err := range errs {
		texts = append(texts, err.Error())
	}
	return texts
}
